package io.quorate.client.admin;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How long ago a partition was equal at a node and all that it compares it with. */
public final class PartitionComparison {
  private final int partition;
  private final String other;
  private final Duration age;
  private final boolean known;

  private PartitionComparison(int partition, String other, Duration age, boolean known) {
    this.partition = partition;
    this.other = other;
    this.age = age;
    this.known = known;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static PartitionComparison of(int partition, String other, Duration age, boolean known) {
    return new PartitionComparison(partition, other, age, known);
  }

  public int partition() {
    return partition;
  }

  /** Id of the replica with which that is longest ago. */
  public String other() {
    return other;
  }

  /** Since it was found equal, or made so; since the start of the node if it was not yet. */
  public Duration age() {
    return age;
  }

  /** Whether it was since the start of the node. */
  public boolean known() {
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PartitionComparison that
        && partition == that.partition
        && other.equals(that.other)
        && age.equals(that.age)
        && known == that.known;
  }

  @Override
  public int hashCode() {
    return Objects.hash(partition, other, age, known);
  }

  @Override
  public String toString() {
    return "PartitionComparison[partition="
        + partition
        + ", other="
        + other
        + ", age="
        + age
        + ", known="
        + known
        + "]";
  }
}
