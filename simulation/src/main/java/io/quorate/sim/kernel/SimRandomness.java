package io.quorate.sim.kernel;

import io.quorate.runtime.Randomness;

/** One component's chance. */
public record SimRandomness(SimRandom random) implements Randomness {
  @Override
  public long nextLong() {
    return random.nextLong();
  }

  @Override
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }
}
