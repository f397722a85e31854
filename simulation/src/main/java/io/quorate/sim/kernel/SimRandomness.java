package io.quorate.sim.kernel;

import io.quorate.runtime.Randomness;

/** The randomness of one component. */
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
