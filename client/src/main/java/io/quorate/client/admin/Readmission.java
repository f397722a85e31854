package io.quorate.client.admin;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A member that has lost its disk, and may be replaced. */
public final class Readmission {
  private final String node;
  private final String address;
  private final List<String> warnings;

  private Readmission(String node, String address, List<String> warnings) {
    this.node = node;
    this.address = address;
    this.warnings = List.copyOf(warnings);
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Readmission of(String node, String address, List<String> warnings) {
    return new Readmission(node, address, warnings);
  }

  /** Its id, 16 hexadecimal digits. */
  public String node() {
    return node;
  }

  /** Host:port at which a node with an empty disk takes its place. */
  public String address() {
    return address;
  }

  /**
   * What an operator should know: nodes that do not know of it yet after two seconds; empty as a
   * rule.
   */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Readmission that
        && node.equals(that.node)
        && address.equals(that.address)
        && warnings.equals(that.warnings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(node, address, warnings);
  }

  @Override
  public String toString() {
    return "Readmission[node=" + node + ", address=" + address + ", warnings=" + warnings + "]";
  }
}
