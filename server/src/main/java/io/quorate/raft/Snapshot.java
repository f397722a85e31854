package io.quorate.raft;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import java.util.Arrays;

/**
 * The caller's state machine after the entry {@code last}, and the membership then in force. The
 * state is not copied.
 *
 * <p>A store keeps {@link #index()}, {@link #term()} and {@link #body()} and rebuilds the snapshot
 * with {@link #ofBody}; the same body travels to followers in chunks.
 */
public record Snapshot(EntryId last, Membership membership, byte[] state) {

  /**
   * Rebuilds a snapshot from what a store kept.
   *
   * @throws MalformedBytesException if the body is not one that {@link #body()} wrote
   */
  public static Snapshot ofBody(long index, long term, byte[] body) {
    ByteReader in = new ByteReader("a snapshot", body);
    Membership membership = Membership.decode(in.readBytes());
    return new Snapshot(new EntryId(index, term), membership, in.readRest());
  }

  public long index() {
    return last.index();
  }

  public long term() {
    return last.term();
  }

  /** Membership and state, as they are stored and sent. */
  public byte[] body() {
    byte[] members = membership.encode();
    ByteWriter out = new ByteWriter(members.length + state.length + 5);
    out.writeBytes(members);
    out.writeRaw(state);
    return out.toBytes();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Snapshot that
        && last.equals(that.last)
        && membership.equals(that.membership)
        && Arrays.equals(state, that.state);
  }

  @Override
  public int hashCode() {
    return 31 * last.hashCode() + Arrays.hashCode(state);
  }

  @Override
  public String toString() {
    return "snapshot at " + last + ", " + state.length + " B";
  }
}
