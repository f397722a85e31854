package io.quorate.client.admin;

import io.quorate.hash.ContentHash;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A key and all that the cluster holds of it, as a backup keeps it. */
public final class BackupRecord {
  private static final byte[] NOTHING = {};

  private final byte[] key;
  private final byte[] content;

  /** Null if the content is here. */
  private final @Nullable Digest leftOut;

  /**
   * What is known of a content that was left out.
   *
   * @param hash as {@link ContentHash} makes it
   */
  private record Digest(long bytes, long hash) {}

  private BackupRecord(byte[] key, byte[] content, @Nullable Digest leftOut) {
    this.key = key;
    this.content = content;
    this.leftOut = leftOut;
  }

  /** Returns one with these parts, which are not copied: do not change them. */
  public static BackupRecord of(byte[] key, byte[] content) {
    return new BackupRecord(key, content, null);
  }

  /**
   * Returns one of whose content only the length and a hash are known.
   *
   * @param contentHash FarmHash's Fingerprint64 of the content
   */
  public static BackupRecord leftOut(byte[] key, long contentBytes, long contentHash) {
    return new BackupRecord(key, NOTHING, new Digest(contentBytes, contentHash));
  }

  /** The key; not to be changed. */
  public byte[] key() {
    return key;
  }

  /**
   * What the key has, as nodes store it: values or fields, versions and expiry. Only a cluster of
   * the same cluster version, or a later one, reads it. Not to be changed. Empty if it was left
   * out.
   */
  public byte[] content() {
    return content;
  }

  /** Whether the content is not here, see {@link Backups#read(String, int, byte[], long, long)}. */
  public boolean isLeftOut() {
    return leftOut != null;
  }

  /** Bytes of the content, whether it was left out or not. */
  public long contentBytes() {
    return leftOut == null ? content.length : leftOut.bytes();
  }

  /**
   * Returns whether the key has this content: compared with the content, or by length and hash if
   * it was left out.
   *
   * @param other what the key had before
   */
  public boolean has(byte[] other) {
    return leftOut == null
        ? Arrays.equals(content, other)
        : leftOut.bytes() == other.length && leftOut.hash() == ContentHash.of(other);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BackupRecord that
        && Arrays.equals(key, that.key)
        && Arrays.equals(content, that.content)
        && Objects.equals(leftOut, that.leftOut);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return "BackupRecord{key of %d bytes, content of %d%s}"
        .formatted(key.length, contentBytes(), isLeftOut() ? ", which was left out" : "");
  }
}
