package io.quorate.model;

/** Identity of a node, generated at its first start and kept in its data directory. */
public record NodeId(long value) implements Comparable<NodeId> {

  /**
   * Reads what {@link #toString()} writes.
   *
   * @throws NumberFormatException if it is not 1 to 16 hexadecimal digits
   */
  public static NodeId parse(String hex) {
    return new NodeId(Long.parseUnsignedLong(hex, 16));
  }

  @Override
  public int compareTo(NodeId that) {
    return Long.compareUnsigned(value, that.value);
  }

  /** 16 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x", value);
  }
}
