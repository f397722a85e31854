package io.quorate.sim.scenario;

/** A scenario says something that cannot be understood or done: the file is wrong, not the code. */
final class BadScenario extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadScenario(String message) {
    super(message);
  }

  BadScenario(String message, Throwable cause) {
    super(message, cause);
  }
}
