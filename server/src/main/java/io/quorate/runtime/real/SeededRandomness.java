package io.quorate.runtime.real;

import io.quorate.runtime.Randomness;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Chance that follows from a seed. Cheap; not for secrets. */
public final class SeededRandomness implements Randomness {
  private final SplittableRandom random;

  public SeededRandomness(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Chance that cannot be repeated: two nodes started at the same moment draw different identities.
   */
  public static SeededRandomness unrepeatable() {
    return new SeededRandomness(new SecureRandom().nextLong());
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  @Override
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }
}
