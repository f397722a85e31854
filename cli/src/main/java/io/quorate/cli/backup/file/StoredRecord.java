package io.quorate.cli.backup.file;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key in a file of a backup: with its content, or with the mark that the backup on which this one
 * is based has it.
 */
public final class StoredRecord {
  private final byte[] key;
  private final byte @Nullable [] content;

  private StoredRecord(byte[] key, byte @Nullable [] content) {
    this.key = key;
    this.content = content;
  }

  /** Returns one with its content; neither is copied. */
  public static StoredRecord of(byte[] key, byte[] content) {
    return new StoredRecord(key, content);
  }

  /** Returns one whose content is that of the same key in the base. */
  public static StoredRecord asInBase(byte[] key) {
    return new StoredRecord(key, null);
  }

  /** The key; not to be changed. */
  public byte[] key() {
    return key;
  }

  /** Null if it is that of the base; not to be changed. */
  public byte @Nullable [] content() {
    return content;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoredRecord that
        && Arrays.equals(key, that.key)
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return content == null
        ? "a key of %d bytes, as in the base".formatted(key.length)
        : "a key of %d bytes with a content of %d".formatted(key.length, content.length);
  }
}
