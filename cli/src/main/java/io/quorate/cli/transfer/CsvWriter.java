package io.quorate.cli.transfer;

import io.quorate.cli.output.TextForm;
import io.quorate.client.ScanEntry;
import java.io.IOException;
import java.io.Writer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Entries as CSV: of a field and its base64 twin, one is empty. */
final class CsvWriter implements EntryWriter {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader(
              Fields.EXPORTED.key(),
              Fields.EXPORTED.key() + Fields.BASE64_SUFFIX,
              Fields.EXPORTED.value(),
              Fields.EXPORTED.value() + Fields.BASE64_SUFFIX,
              Fields.EXPIRES)
          .get();

  private final CSVPrinter printer;

  CsvWriter(Writer out) throws IOException {
    this.printer = new CSVPrinter(out, FORMAT);
  }

  @Override
  public void write(ScanEntry entry) throws IOException {
    printer.printRecord(
        text(entry.key()),
        base64(entry.key()),
        text(entry.value()),
        base64(entry.value()),
        entry.expiresAtMillis() == 0 ? "" : entry.expiresAtMillis());
  }

  private static String text(byte[] bytes) {
    String text = TextForm.textOrNull(bytes);
    return text == null ? "" : text;
  }

  private static String base64(byte[] bytes) {
    return TextForm.textOrNull(bytes) == null ? TextForm.BASE64.print(bytes) : "";
  }

  @Override
  public void close() throws IOException {
    printer.close(true);
  }
}
