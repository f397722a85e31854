package io.quorate.cli.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Makes an entry of a JSON object; a CSV row is read as an object of its columns. */
final class EntryReader {
  private final ObjectMapper mapper;
  private final Fields fields;
  private final boolean expiryNeeded;

  /**
   * @param expiryNeeded whether an exported record is bad that does not expire: stored where values
   *     expire by default, it would
   */
  EntryReader(ObjectMapper mapper, Fields fields, boolean expiryNeeded) {
    this.mapper = mapper;
    this.fields = fields;
    this.expiryNeeded = expiryNeeded;
  }

  /**
   * The entry.
   *
   * @param whole what is stored when the value is the whole record
   * @throws BadRecordException if a field is missing, or not what it should be
   */
  Entry read(ObjectNode record, byte[] whole) throws BadRecordException {
    byte[] key = bytes(record, fields.key());
    if (key == null) {
      throw new BadRecordException("no field '" + fields.key() + "' to take the key from");
    }
    if (key.length == 0) {
      throw new BadRecordException("the key, field '" + fields.key() + "', is empty");
    }
    if (fields.wholeRecord()) {
      return new Entry(key, whole, 0);
    }
    byte[] value = bytes(record, fields.value());
    if (value == null) {
      throw new BadRecordException("no field '" + fields.value() + "' to take the value from");
    }
    return new Entry(key, value, fields.exported() ? expiry(record.get(Fields.EXPIRES)) : 0);
  }

  private long expiry(@Nullable JsonNode expires) throws BadRecordException {
    long millis = expires == null || expires.asText().isEmpty() ? 0 : millis(expires);
    if (millis == 0 && expiryNeeded) {
      throw new BadRecordException(
          "it does not expire, and stored in this tenant it would, by the tenant's default time to"
              + " live: let it by --default-ttl-applies, or import into another tenant");
    }
    return millis;
  }

  private static long millis(JsonNode expires) throws BadRecordException {
    try {
      return Long.parseLong(expires.asText());
    } catch (NumberFormatException notANumber) {
      throw new BadRecordException(
          "'" + Fields.EXPIRES + "' is not a number of milliseconds: " + expires);
    }
  }

  private byte @Nullable [] bytes(ObjectNode record, String field) throws BadRecordException {
    JsonNode node = record.get(field);
    if (node != null && !node.isNull()) {
      return node.isContainerNode() ? json(node, field) : utf8(node.asText(), field);
    }
    JsonNode encoded = record.get(field + Fields.BASE64_SUFFIX);
    if (encoded == null || !encoded.isTextual()) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(encoded.asText());
    } catch (IllegalArgumentException malformed) {
      throw new BadRecordException(
          "field '" + field + Fields.BASE64_SUFFIX + "' is not base64: " + malformed.getMessage());
    }
  }

  /** JSON may hold half a character, as {@code \\ud800}, which no UTF-8 can. */
  private static byte[] utf8(String text, String field) throws BadRecordException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new BadRecordException(
          "field '" + field + "' holds a surrogate without its other half");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] json(JsonNode node, String field) throws BadRecordException {
    try {
      return utf8(mapper.writeValueAsString(node), field);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a parsed JSON value cannot be written", impossible);
    }
  }
}
