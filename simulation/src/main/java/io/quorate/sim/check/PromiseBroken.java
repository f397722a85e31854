package io.quorate.sim.check;

/** A promise of the product was broken. */
public final class PromiseBroken extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String checker;

  /**
   * @param checker name of the checker that found it
   */
  public PromiseBroken(String checker, String what) {
    super("(" + checker + ") " + what);
    this.checker = checker;
  }

  public String checker() {
    return checker;
  }
}
