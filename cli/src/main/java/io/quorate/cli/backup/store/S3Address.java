package io.quorate.cli.backup.store;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A place in a bucket: {@code s3://bucket/prefix}.
 *
 * @param prefix of keys, without a slash at its end; empty: the bucket itself
 */
public record S3Address(String bucket, String prefix) {
  private static final String SCHEME = "s3://";
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");

  /** Whether a text means a place in a bucket, and not a directory. */
  public static boolean isOne(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Reads an address. What follows the bucket is taken as it is: nothing in it is decoded.
   *
   * @throws IllegalArgumentException if it is none; the message says what to give
   */
  public static S3Address of(String text) {
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    String prefix = slash < 0 ? "" : rest.substring(slash + 1);
    if (prefix.endsWith("/")) {
      prefix = prefix.substring(0, prefix.length() - 1);
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException(text + ": give s3://BUCKET/PREFIX");
    }
    // On the way to a server, such a path may become another one.
    if (!prefix.isEmpty()
        && Arrays.stream(prefix.split("/", -1))
            .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
      throw new IllegalArgumentException(
          text + ": a prefix has no '//', and no part of it is '.' or '..'");
    }
    return new S3Address(bucket, prefix);
  }

  /** Returns the place of a name below this one. */
  S3Address below(String name) {
    return new S3Address(bucket, key(name));
  }

  /** Returns the place that this one is directly below. */
  S3Address above() {
    return new S3Address(bucket, prefix.substring(0, Math.max(0, prefix.lastIndexOf('/'))));
  }

  /** Returns the last part of the prefix. */
  String name() {
    return prefix.substring(prefix.lastIndexOf('/') + 1);
  }

  /** Returns the key of an object here. */
  String key(String name) {
    return folder() + name;
  }

  /** Returns what the keys of all objects here begin with. */
  String folder() {
    return prefix.isEmpty() ? "" : prefix + "/";
  }

  @Override
  public String toString() {
    return prefix.isEmpty() ? SCHEME + bucket : SCHEME + bucket + "/" + prefix;
  }
}
