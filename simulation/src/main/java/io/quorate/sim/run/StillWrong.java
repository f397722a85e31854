package io.quorate.sim.run;

/** Everything was healed, time has passed, and the cluster is still not as it must be. */
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
