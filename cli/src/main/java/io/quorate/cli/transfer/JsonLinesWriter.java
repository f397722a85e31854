package io.quorate.cli.transfer;

import io.quorate.cli.output.Json;
import io.quorate.client.ScanEntry;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Entries as JSON Lines. */
final class JsonLinesWriter implements EntryWriter {
  private final Writer out;

  JsonLinesWriter(Writer out) {
    this.out = out;
  }

  @Override
  public void write(ScanEntry entry) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, Fields.EXPORTED.key(), entry.key());
    Json.putBytes(object, Fields.EXPORTED.value(), entry.value());
    if (entry.expiresAtMillis() != 0) {
      object.put(Fields.EXPIRES, entry.expiresAtMillis());
    }
    out.write(Json.line(object));
    out.write('\n');
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
