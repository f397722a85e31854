package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A member that has lost its disk, and may be replaced. */
public final class Readmission {
  private final String node;
  private final String address;

  private Readmission(String node, String address) {
    this.node = node;
    this.address = address;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Readmission of(String node, String address) {
    return new Readmission(node, address);
  }

  /** Its id, 16 hexadecimal digits. */
  public String node() {
    return node;
  }

  /** Host:port at which a node with an empty disk takes its place. */
  public String address() {
    return address;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Readmission that
        && node.equals(that.node)
        && address.equals(that.address);
  }

  @Override
  public int hashCode() {
    return Objects.hash(node, address);
  }

  @Override
  public String toString() {
    return "Readmission[node=" + node + ", address=" + address + "]";
  }
}
