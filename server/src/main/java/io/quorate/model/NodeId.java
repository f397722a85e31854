package io.quorate.model;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Identity of a node, generated at its first start and kept in its data directory. */
public record NodeId(long value) implements Comparable<NodeId> {

  @Override
  public int compareTo(NodeId that) {
    return Long.compareUnsigned(value, that.value);
  }

  // The equals of a record calls method handles, which are slow until the JVM's second compiler has
  // compiled the caller; and ids are compared in each step of all protocols.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeId that && value == that.value;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(value);
  }

  /** 16 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(value);
  }
}
