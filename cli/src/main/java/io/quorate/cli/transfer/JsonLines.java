package io.quorate.cli.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Records of a JSON Lines file: one object a line. */
final class JsonLines implements RecordSource {
  private static final Pattern LOCATION = Pattern.compile(" \\(start marker at \\[Source: .*?]\\)");

  private final LineReader lines;
  private final EntryReader entries;
  private final ObjectMapper mapper = mapper();

  /**
   * @param expiryNeeded see {@link EntryReader}
   */
  JsonLines(LineReader lines, Fields fields, boolean expiryNeeded) {
    this.lines = lines;
    this.entries = new EntryReader(mapper, fields, expiryNeeded);
  }

  /** Reads numbers as they are written: 1.10 must not be stored as 1.1, nor 2^64 as a double. */
  static ObjectMapper mapper() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  @Override
  public @Nullable Item next() throws IOException {
    LineReader.Line line = lines.next();
    return line == null ? null : item(line);
  }

  private Item item(LineReader.Line line) {
    long number = line.number();
    if (line.text() == null) {
      return new Item.Bad(number, number, line.problem());
    }
    if (line.text().isBlank()) {
      return new Item.Skipped(number, number);
    }
    try {
      JsonNode node = mapper.readTree(line.text());
      if (!(node instanceof ObjectNode object)) {
        throw new BadRecordException("not a JSON object");
      }
      // The value is the object as it is written, not as it would be written again.
      Entry entry = entries.read(object, line.text().strip().getBytes(StandardCharsets.UTF_8));
      return new Item.Good(number, number, entry);
    } catch (JsonProcessingException malformed) {
      return new Item.Bad(number, number, "not JSON: " + reason(malformed));
    } catch (BadRecordException bad) {
      return new Item.Bad(number, number, bad.reason());
    }
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
