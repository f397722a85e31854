package io.quorate.sim.scenario;

/** An expectation of a scenario is not met. */
final class Unexpected extends AssertionError {
  private static final long serialVersionUID = 1;

  Unexpected(String message) {
    super(message);
  }
}
