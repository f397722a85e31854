package io.quorate.sim.kernel;

import java.util.List;

/**
 * Chance from a seed, splittable by name (SplitMix64; Steele, Lea and Flood, 2014). A split depends
 * on the seed and the name alone, not on what was drawn before: a component that is added, or that
 * draws more than it did, does not disturb the others.
 */
public final class SimRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  public SimRandom(long seed) {
    this.seed = seed;
    this.state = mix(seed);
  }

  /** The generator of one component. */
  public SimRandom split(String name) {
    long hash = seed;
    for (int i = 0; i < name.length(); i++) {
      hash = mix(hash + GOLDEN_GAMMA + name.charAt(i));
    }
    return new SimRandom(hash);
  }

  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** From 0 to {@code bound - 1}. */
  public int nextInt(int bound) {
    return (int) Long.remainderUnsigned(nextLong(), bound);
  }

  /** From {@code from} to {@code to}, both included. */
  public long between(long from, long to) {
    return from + Long.remainderUnsigned(nextLong(), to - from + 1);
  }

  /** From 0 to 1, without 1. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  public boolean chance(double probability) {
    return nextDouble() < probability;
  }

  /** How long until what happens every {@code mean} on average; never more than 20 means. */
  public long exponential(long mean) {
    return (long) ((double) mean * Math.min(20, -Math.log(1 - nextDouble())));
  }

  public <T> T pick(List<T> choices) {
    return choices.get(nextInt(choices.size()));
  }

  /** Spreads the bits of a number over all bits of another. */
  static long mix(long number) {
    long z = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
