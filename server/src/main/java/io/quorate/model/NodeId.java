package io.quorate.model;

import java.util.HexFormat;

/** Identity of a node, generated at its first start and kept in its data directory. */
public record NodeId(long value) implements Comparable<NodeId> {

  @Override
  public int compareTo(NodeId that) {
    return Long.compareUnsigned(value, that.value);
  }

  /** 16 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(value);
  }
}
