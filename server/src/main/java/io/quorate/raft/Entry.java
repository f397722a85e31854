package io.quorate.raft;

import io.quorate.bytes.MalformedBytesException;
import java.util.Arrays;

/**
 * One entry of the log. The payload is not copied: the caller that makes an entry gives its bytes
 * away.
 *
 * <p>A store keeps {@link #index()}, {@link #term()} and {@link #body()}, which holds the type (one
 * byte) and the payload, and rebuilds the entry with {@link #ofBody}.
 */
public record Entry(EntryId id, EntryType type, byte[] payload) {

  /**
   * Rebuilds an entry from what a store kept.
   *
   * @throws MalformedBytesException if the body is not one that {@link #body()} wrote
   */
  public static Entry ofBody(long index, long term, byte[] body) {
    if (body.length == 0) {
      throw new MalformedBytesException(
          "the body of log entry " + term + "/" + index + " is empty");
    }
    byte[] payload = Arrays.copyOfRange(body, 1, body.length);
    return new Entry(new EntryId(index, term), EntryType.ofCode(body[0]), payload);
  }

  public long index() {
    return id.index();
  }

  public long term() {
    return id.term();
  }

  /** Type and payload, as they are stored. */
  public byte[] body() {
    byte[] body = new byte[payload.length + 1];
    body[0] = (byte) type.code();
    System.arraycopy(payload, 0, body, 1, payload.length);
    return body;
  }

  /** What the entry costs in queues and messages, in bytes. */
  int cost() {
    return payload.length + 16;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry that
        && id.equals(that.id)
        && type == that.type
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return 31 * id.hashCode() + Arrays.hashCode(payload);
  }

  @Override
  public String toString() {
    return id + " " + type + " " + payload.length + " B";
  }
}
