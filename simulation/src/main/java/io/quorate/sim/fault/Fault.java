package io.quorate.sim.fault;

/**
 * One kind of thing that goes wrong, as strong as one seed drew it. Its fields are that strength;
 * what it has done in a run is in the world, so that healing the world takes it back.
 */
public interface Fault {
  /** Begins to strike, through {@code reach}, until that is told to stop. */
  void begin(Reach reach);

  /** Whether a disk may be lost for good by it. */
  default boolean losesDisks() {
    return false;
  }
}
