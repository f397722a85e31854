package io.quorate.sim.kernel;

/** How many frames met which fate. */
public final class SimTraffic {
  long delivered;
  long lost;
  long duplicated;
  long scattered;
  long held;

  SimTraffic() {}

  public long delivered() {
    return delivered;
  }

  public long lost() {
    return lost;
  }

  public long duplicated() {
    return duplicated;
  }

  public long scattered() {
    return scattered;
  }

  /** Frames that a clogged link held back. */
  public long held() {
    return held;
  }
}
