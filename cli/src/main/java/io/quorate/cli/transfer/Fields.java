package io.quorate.cli.transfer;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which fields of a record are its key and its value.
 *
 * @param key name of the field, or column, that is the key
 * @param value name of the field that is the value; empty: the whole record, as a JSON object
 * @param exported whether {@code export} wrote the file, so that its records say when they expire:
 *     a field of that name means nothing in a file of another program
 */
record Fields(String key, String value, boolean exported) {
  /**
   * Appended to a field's name, this says that the field holds base64: how {@code export} writes
   * keys and values that are not text.
   */
  static final String BASE64_SUFFIX = "_base64";

  /** When an exported record expires, in milliseconds since 1970. */
  static final String EXPIRES = "expires_at_ms";

  /** The fields of files that {@code export} wrote. */
  static final Fields EXPORTED = new Fields("key", "value", true);

  /** Those of a file that another program wrote. */
  Fields(String key, String value) {
    this(key, value, false);
  }

  /** Returns the names of the fields that are looked at; all others of a record are skipped. */
  Set<String> names() {
    return new TreeSet<>(List.of(key, key + BASE64_SUFFIX, value, value + BASE64_SUFFIX, EXPIRES));
  }

  /** Whether a field of that name holds the key or the value in base64. */
  boolean isEncoded(String name) {
    return name.equals(key + BASE64_SUFFIX) || name.equals(value + BASE64_SUFFIX);
  }

  /** Whether the whole record is the value. */
  boolean wholeRecord() {
    return value.isEmpty();
  }
}
