package io.quorate.sim.kernel;

/** Protocol code threw on its lane: a broken invariant, or a bug. */
public final class SimFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  SimFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
