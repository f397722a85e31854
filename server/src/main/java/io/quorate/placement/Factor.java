package io.quorate.placement;

/**
 * How many replicas some tenants have of one partition: one number, or two while a move alters it.
 * Tenants of one factor have the same replicas of the partition, so what is said of one of them is
 * said of all. It changes with the epoch of the partition only.
 *
 * @param from in the list that the partition comes from
 * @param to in the list that it goes to, or has come to
 */
public record Factor(int from, int to) implements Comparable<Factor> {
  /** One that is not being altered. */
  public static Factor of(int replicas) {
    return new Factor(replicas, replicas);
  }

  /** The larger of the two. */
  public int largest() {
    return Math.max(from, to);
  }

  @Override
  public int compareTo(Factor that) {
    return from == that.from ? Integer.compare(to, that.to) : Integer.compare(from, that.from);
  }

  @Override
  public String toString() {
    return from == to ? Integer.toString(from) : from + " to " + to;
  }
}
