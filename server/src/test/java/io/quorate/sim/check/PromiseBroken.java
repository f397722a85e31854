package io.quorate.sim.check;

/** A client was told something that breaks a promise. */
public final class PromiseBroken extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String rule;

  /**
   * @param rule the letter of the rule, see {@link PromiseChecker}
   */
  PromiseBroken(String rule, String what) {
    super("(" + rule + ") " + what);
    this.rule = rule;
  }

  public String rule() {
    return rule;
  }
}
