package io.quorate.client.admin;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key and all that the cluster holds of it, as a backup keeps it. */
public final class BackupRecord {
  private final byte[] key;
  private final byte[] content;

  private BackupRecord(byte[] key, byte[] content) {
    this.key = key;
    this.content = content;
  }

  /** Returns one with these parts, which are not copied: do not change them. */
  public static BackupRecord of(byte[] key, byte[] content) {
    return new BackupRecord(key, content);
  }

  /** The key; not to be changed. */
  public byte[] key() {
    return key;
  }

  /**
   * What the key has, as nodes store it: values or fields, versions and expiry. Only a cluster of
   * the same cluster version, or a later one, reads it. Not to be changed.
   */
  public byte[] content() {
    return content;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BackupRecord that
        && Arrays.equals(key, that.key)
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return "BackupRecord{key of %d bytes, content of %d}".formatted(key.length, content.length);
  }
}
