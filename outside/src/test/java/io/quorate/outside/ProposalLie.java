package io.quorate.outside;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A change of the cluster as a member proposes it to the leader: the node that gave it and its
 * number of it, format 10, kind, and what the kind has besides.
 */
final class ProposalLie {
  private static final int NODE_STARTED = 1;
  private static final int CONFIRM_PURGE = 5;
  private static final int REFILL = 22;
  private static final int STEP_MOVES = 39;
  private static final int MARK_DOWN = 40;
  private static final int NODE_LEFT = 41;
  private static final int GIVE_UP_NODES = 42;
  private static final int END_OF_MOVE = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private ProposalLie(long author, long number, int kind) {
    fixed(author).fixed(number);
    bytes.write(10);
    bytes.write(kind);
  }

  /** A node started, with the number of its starts so far. */
  static byte[] started(
      long author,
      long number,
      long node,
      String address,
      String region,
      String zone,
      int incarnation) {
    return new ProposalLie(author, number, NODE_STARTED)
        .fixed(node)
        .text(address)
        .text(region)
        .text(zone)
        .fixed(Double.doubleToLongBits(1.0))
        .number(incarnation)
        .text("0.1.0")
        .number(1)
        .number(1)
        .toBytes();
  }

  /** What is deleted of a partition is gone on all replicas. */
  static byte[] purged(long author, long number, int partition, long epoch, long mark) {
    return new ProposalLie(author, number, CONFIRM_PURGE)
        .number(1)
        .number(partition)
        .number(epoch)
        .fixed(mark)
        .toBytes();
  }

  /** What a partition has left behind is handed over. */
  static byte[] moved(long author, long number, int partition, long epoch) {
    return new ProposalLie(author, number, STEP_MOVES)
        .number(1)
        .number(partition)
        .number(epoch)
        .number(END_OF_MOVE)
        .number(0)
        .toBytes();
  }

  /** What a node holds of a partition is damaged. */
  static byte[] refill(long author, long number, long node, int partition, long epoch) {
    return new ProposalLie(author, number, REFILL)
        .fixed(node)
        .number(partition)
        .number(epoch)
        .toBytes();
  }

  static byte[] down(long author, long number, long node) {
    return new ProposalLie(author, number, MARK_DOWN).fixed(node).number(1).toBytes();
  }

  static byte[] left(long author, long number, long node) {
    return new ProposalLie(author, number, NODE_LEFT).fixed(node).toBytes();
  }

  /** An operator accepts that what a node holds is lost. */
  static byte[] givenUp(long author, long number, long node) {
    return new ProposalLie(author, number, GIVE_UP_NODES).number(1).fixed(node).number(1).toBytes();
  }

  private ProposalLie fixed(long value) {
    bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    return this;
  }

  private ProposalLie number(long value) {
    long left = value;
    while (left > 0x7f) {
      bytes.write((int) (left | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
    return this;
  }

  private ProposalLie text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    number(utf8.length);
    bytes.writeBytes(utf8);
    return this;
  }

  private byte[] toBytes() {
    return bytes.toByteArray();
  }
}
