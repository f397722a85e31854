package io.quorate.cli.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Records of a JSON Lines file: one object a line.
 *
 * <p>Numbers are stored as they are written. A tree of nodes would not keep that: it has 1e5 as
 * 1E+5, or 100000.
 */
final class JsonLines implements RecordSource {
  /**
   * Takes strings, numbers and names of any length: {@link LineReader} bounds the line. By its own
   * bounds a parser takes no string of 20,000,001 characters, which a value may have.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final Pattern LOCATION = Pattern.compile(" \\(start marker at \\[Source: .*?]\\)");

  private final LineReader lines;
  private final Fields fields;
  private final Set<String> names;
  private final EntryReader entries;

  /**
   * @param expiryNeeded see {@link EntryReader}
   */
  JsonLines(LineReader lines, Fields fields, boolean expiryNeeded) {
    this.lines = lines;
    this.fields = fields;
    this.names = fields.names();
    this.entries = new EntryReader(fields, expiryNeeded);
  }

  @Override
  public @Nullable Item next() throws IOException {
    LineReader.Line line = lines.next();
    return line == null ? null : item(line);
  }

  private Item item(LineReader.Line line) throws IOException {
    long number = line.number();
    if (line.text() == null) {
      return new Item.Bad(number, number, line.problem());
    }
    if (line.text().isBlank()) {
      return new Item.Skipped(number, number);
    }
    try (JsonParser json = JSON.createParser(line.text())) {
      // A whole object is stored as it is written, white space included.
      Entry entry =
          entries.read(record(json), line.text().strip().getBytes(StandardCharsets.UTF_8));
      return new Item.Good(number, number, entry);
    } catch (JsonProcessingException malformed) {
      return new Item.Bad(number, number, "not JSON: " + reason(malformed));
    } catch (BadRecordException bad) {
      return new Item.Bad(number, number, bad.reason());
    }
  }

  /** Returns those fields of the line's object that are looked at and have a value. */
  private Map<String, String> record(JsonParser json) throws IOException, BadRecordException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new BadRecordException("not a JSON object");
    }
    Map<String, String> record = new HashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      boolean isText = value == JsonToken.VALUE_STRING;
      if (!names.contains(name)) {
        json.skipChildren();
      } else if (value == JsonToken.VALUE_NULL || (fields.isEncoded(name) && !isText)) {
        record.remove(name); // of a field that is given twice, the last one counts
        json.skipChildren();
      } else {
        record.put(name, text(json));
      }
    }
    if (json.nextToken() != null) {
      throw new BadRecordException("not JSON: more follows the object");
    }
    return record;
  }

  /** Returns what a string says, and any other value as JSON without white space. */
  private static String text(JsonParser json) throws IOException {
    if (!json.currentToken().isStructStart()) {
      return json.getText();
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = JSON.createGenerator(text)) {
      int open = 0;
      do {
        JsonToken token = json.currentToken();
        if (token.isNumeric()) {
          copy.writeNumber(json.getText());
        } else {
          copy.copyCurrentEvent(json);
        }
        open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      } while (open > 0 && json.nextToken() != null);
    }
    return text.toString();
  }

  /** The parser's words without its own coordinates: each line is a text of its own to it. */
  private static String reason(JsonProcessingException malformed) {
    return LOCATION.matcher(malformed.getOriginalMessage()).replaceAll("");
  }

  @Override
  public long bytesRead() {
    return lines.bytes();
  }
}
