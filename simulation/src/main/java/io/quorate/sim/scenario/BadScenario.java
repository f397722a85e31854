package io.quorate.sim.scenario;

/** A scenario's command cannot be parsed or run: the file is wrong, not the code. */
final class BadScenario extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadScenario(String message) {
    super(message);
  }

  BadScenario(String message, Throwable cause) {
    super(message, cause);
  }
}
