package io.quorate.placement.planner;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Decisions between equals, scattered but always the same: without them neighbours in the list of
 * nodes would share all their partitions, and the loss of one would fall on a few others.
 */
final class Mix {
  private Mix() {}

  /** MurmurHash3's finalizer over two small numbers. */
  static long of(int a, int b) {
    long h = ((long) a << 32) + b + 0x9E3779B97F4A7C15L;
    h ^= h >>> 33;
    h *= 0xff51afd7ed558ccdL;
    h ^= h >>> 33;
    h *= 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  /** The numbers below {@code count} in an order of its own for each {@code salt}. */
  static int[] order(int count, int salt) {
    record Ticket(long number, int value) {}
    return IntStream.range(0, count)
        .mapToObj(value -> new Ticket(of(salt, value), value))
        .sorted(Comparator.comparingLong(Ticket::number).thenComparingInt(Ticket::value))
        .mapToInt(Ticket::value)
        .toArray();
  }
}
