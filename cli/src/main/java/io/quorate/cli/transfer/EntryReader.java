package io.quorate.cli.transfer;

import io.quorate.cli.output.TextForm;
import io.quorate.model.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes an entry of a record: of the fields of a JSON object, or of the columns of a CSV row. */
final class EntryReader {
  private final Fields fields;
  private final boolean expiryNeeded;

  /**
   * @param expiryNeeded whether an exported record is bad that does not expire: stored where values
   *     expire by default, it would
   */
  EntryReader(Fields fields, boolean expiryNeeded) {
    this.fields = fields;
    this.expiryNeeded = expiryNeeded;
  }

  /**
   * The entry.
   *
   * @param record fields by their names, as text; those without a value are not among them
   * @param whole what is stored when the value is the whole record
   * @throws BadRecordException if a field is missing, or not what it should be
   */
  Entry read(Map<String, String> record, byte[] whole) throws BadRecordException {
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

  private long expiry(@Nullable String expires) throws BadRecordException {
    long millis = expires == null || expires.isEmpty() ? 0 : millis(expires);
    if (millis == 0 && expiryNeeded) {
      throw new BadRecordException(
          "it does not expire, and stored in this tenant it would, by the tenant's default time to"
              + " live: let it by --default-ttl-applies, or import into another tenant");
    }
    return millis;
  }

  private static long millis(String expires) throws BadRecordException {
    try {
      return Long.parseLong(expires);
    } catch (NumberFormatException notANumber) {
      throw new BadRecordException(
          "'" + Fields.EXPIRES + "' is not a number of milliseconds: " + Quoted.of(expires));
    }
  }

  private static byte @Nullable [] bytes(Map<String, String> record, String field)
      throws BadRecordException {
    String text = record.get(field);
    if (text != null) {
      return utf8(text, field);
    }
    String encoded = record.get(field + Fields.BASE64_SUFFIX);
    if (encoded == null) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException malformed) {
      throw new BadRecordException(
          "field '%s%s' is not base64: %s; text stands in field '%s'"
              .formatted(field, Fields.BASE64_SUFFIX, TextForm.HOW_BASE64, field));
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
}
