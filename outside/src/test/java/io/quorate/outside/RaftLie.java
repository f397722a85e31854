package io.quorate.outside;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A Raft message as it is on the wire, with any numbers: format 1, kind, sender, receiver, term,
 * and what the kind has besides. Numbers take seven bits a byte, low bits first.
 */
final class RaftLie {
  private static final int APPEND = 5;
  private static final int HEARTBEAT = 8;
  private static final int SNAPSHOT_CHUNK = 10;
  private static final int NEWER_TERM = 13;
  private static final int NORMAL_ENTRY = 0;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private RaftLie(int kind, long from, long to, long term) {
    bytes.write(1);
    bytes.write(kind);
    bytes.writeBytes(ByteBuffer.allocate(16).putLong(from).putLong(to).array());
    number(term);
  }

  static byte[] newerTerm(long from, long to, long term) {
    return new RaftLie(NEWER_TERM, from, to, term).bytes.toByteArray();
  }

  static byte[] heartbeat(long from, long to, long term, long commit) {
    return new RaftLie(HEARTBEAT, from, to, term).number(commit).number(1).bytes.toByteArray();
  }

  /** One entry, of the sender's term, after the one that is given. */
  static byte[] append(
      long from, long to, long term, long beforeIndex, long beforeTerm, long commit, byte[] entry) {
    RaftLie lie =
        new RaftLie(APPEND, from, to, term)
            .number(beforeIndex)
            .number(beforeTerm)
            .number(commit)
            .number(1)
            .number(term);
    lie.bytes.write(NORMAL_ENTRY);
    return lie.number(entry.length).raw(entry).bytes.toByteArray();
  }

  /** A whole snapshot in one piece. */
  static byte[] snapshot(long from, long to, long term, long lastIndex, byte[] content) {
    return new RaftLie(SNAPSHOT_CHUNK, from, to, term)
        .number(lastIndex)
        .number(term)
        .number(content.length)
        .number(0)
        .number(content.length)
        .raw(content)
        .bytes
        .toByteArray();
  }

  /** The content of a snapshot: voters that there are, and a state of any bytes. */
  static byte[] content(byte[] state, List<Long> voters) {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(1);
    members.write(voters.size());
    for (long voter : voters) {
      members.writeBytes(ByteBuffer.allocate(8).putLong(voter).array());
    }
    members.write(0);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(members.size());
    content.writeBytes(members.toByteArray());
    content.writeBytes(state);
    return content.toByteArray();
  }

  private RaftLie number(long value) {
    long left = value;
    while (left > 0x7f) {
      bytes.write((int) (left | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
    return this;
  }

  private RaftLie raw(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }
}
