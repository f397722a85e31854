package io.quorate.sim.run;

/** Everything was healed, time has passed, and something still is not as it must become. */
final class StillWrong extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String checker;

  StillWrong(String checker, String what) {
    super(what);
    this.checker = checker;
  }

  String checker() {
    return checker;
  }
}
