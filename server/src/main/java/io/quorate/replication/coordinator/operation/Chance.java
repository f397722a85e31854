package io.quorate.replication.coordinator.operation;

/** A choice that is as good as random and the same in every replay, from what is at hand. */
final class Chance {
  private Chance() {}

  /** True for {@code percent} of 100 ids, whatever their distribution. */
  static boolean of(long number, int percent) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
    mixed ^= mixed >>> 32;
    return Math.floorMod(mixed, 100) < percent;
  }
}
