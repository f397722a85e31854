package io.quorate.cli.transfer;

/**
 * Which fields of a record are its key and its value.
 *
 * @param key name of the field, or column, that is the key
 * @param value name of the field that is the value; empty: the whole record, as a JSON object
 */
record Fields(String key, String value) {
  /**
   * Appended to a field's name, this says that the field holds base64: how {@code export} writes
   * keys and values that are not text.
   */
  static final String BASE64_SUFFIX = "_base64";

  /** When an exported record expires, in milliseconds since 1970. */
  static final String EXPIRES = "expires_at_ms";

  /** The fields of files that {@code export} wrote. */
  static final Fields EXPORTED = new Fields("key", "value");

  /** Whether they are those of a file that {@code export} wrote. */
  boolean exported() {
    return equals(EXPORTED);
  }

  /** Whether the whole record is the value. */
  boolean wholeRecord() {
    return value.isEmpty();
  }
}
