package io.quorate.sim.run;

import io.quorate.model.Invariant.BrokenInvariant;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.check.linear.UndecidedException;
import io.quorate.sim.kernel.SimFailure;

/**
 * What ended a run early.
 *
 * @param checker name of the checker, a node's own invariant, or what was still wrong after
 *     everything had been healed; {@code undecided} if the search of a history gave up; else the
 *     exception that was thrown
 * @param what it saw
 * @param isOfChecker whether something that looks for faults has found it: else the run itself
 *     broke, which says nothing about a mutant
 */
public record Finding(String checker, String what, boolean isOfChecker) {
  Finding(String checker, String what) {
    this(checker, what, true);
  }

  static Finding of(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof SimFailure && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String what = String.valueOf(cause.getMessage());
    return switch (cause) {
      case PromiseBroken broken -> new Finding(broken.checker(), what);
      case StillWrong wrong -> new Finding(wrong.checker(), what);
      case BrokenInvariant broken -> new Finding("invariant", what);
      case UndecidedException gaveUp -> new Finding("undecided", what, false);
      default -> new Finding(cause.getClass().getSimpleName(), what + at(cause), false);
    };
  }

  /** Where an unexpected exception was thrown. */
  private static String at(Throwable cause) {
    return cause.getStackTrace().length == 0 ? "" : " at " + cause.getStackTrace()[0];
  }
}
