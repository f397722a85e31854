package io.quorate.sim.scenario;

/** Something that a scenario expects is not so. */
final class Unexpected extends AssertionError {
  private static final long serialVersionUID = 1;

  Unexpected(String message) {
    super(message);
  }
}
