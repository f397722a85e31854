package io.quorate.cli.backup.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * An object that is read part by part, each with a request of its own. So a reader may take its
 * time between two parts, and a connection that breaks costs no more than one.
 */
final class S3Input extends InputStream {
  static final int PART_BYTES = 8 << 20;

  /** For objects of which many are open at once, and of some of which little is read. */
  static final int SMALL_PART_BYTES = 1 << 20;

  private final S3Bucket bucket;
  private final S3Address object;
  private final int partBytes;

  /** The part that is read now. */
  private S3Bucket.Part part;

  /** Of the part that comes next. */
  private long next;

  private int at;

  /**
   * Opens an object at a byte; fails if there is none.
   *
   * @param partBytes how much is asked for at a time, and is in memory
   */
  S3Input(S3Bucket bucket, S3Address object, long from, int partBytes) throws IOException {
    this.bucket = bucket;
    this.object = object;
    this.partBytes = partBytes;
    this.part = bucket.read(object, from, partBytes, null);
    this.next = from + part.bytes().length;
  }

  /** Whether there is another byte, which is in memory then. */
  private boolean filled() throws IOException {
    if (at == part.bytes().length && next < part.total()) {
      part = bucket.read(object, next, partBytes, part.etag());
      next += part.bytes().length;
      at = 0;
    }
    return at < part.bytes().length;
  }

  @Override
  public int read() throws IOException {
    return filled() ? part.bytes()[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!filled()) {
      return -1;
    }
    int some = Math.min(length, part.bytes().length - at);
    System.arraycopy(part.bytes(), at, into, offset, some);
    at += some;
    return some;
  }
}
