package io.quorate.sim.check.linear;

/**
 * The search of a history gave up: its run has shown nothing, neither a fault nor that all is well.
 */
public final class UndecidedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  public UndecidedException(String message) {
    super(message);
  }
}
