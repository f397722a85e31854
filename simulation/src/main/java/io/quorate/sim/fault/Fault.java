package io.quorate.sim.fault;

/**
 * One kind of fault, with the strength that a seed drew. Its fields are that strength; its effects
 * in a run are in the world, so that healing the world undoes them.
 */
public interface Fault {
  /** Begins to strike, through {@code reach}, until {@code reach} is stopped. */
  void begin(Reach reach);

  /** Whether a disk may be lost for good by it. */
  default boolean losesDisks() {
    return false;
  }
}
