package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records that differ and have one version, which happens only if two processes ran as one node:
 * its data directory was copied, or its machine was set back.
 */
public final class VersionConflicts {
  private final String node;
  private final int incarnation;
  private final long records;

  private VersionConflicts(String node, int incarnation, long records) {
    this.node = node;
    this.incarnation = incarnation;
    this.records = records;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static VersionConflicts of(String node, int incarnation, long records) {
    return new VersionConflicts(node, incarnation, records);
  }

  /** That they ran as. */
  public String node() {
    return node;
  }

  /** The start of it that both counted. */
  public int incarnation() {
    return incarnation;
  }

  /** That met; each time one of two was lost. */
  public long records() {
    return records;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VersionConflicts that
        && node.equals(that.node)
        && incarnation == that.incarnation
        && records == that.records;
  }

  @Override
  public int hashCode() {
    return Objects.hash(node, incarnation, records);
  }

  @Override
  public String toString() {
    return "VersionConflicts[node="
        + node
        + ", incarnation="
        + incarnation
        + ", records="
        + records
        + "]";
  }
}
