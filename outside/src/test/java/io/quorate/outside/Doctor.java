package io.quorate.outside;

/**
 * Has {@code quorate doctor} examine the nodes, and not the machine that the tests run on: how full
 * its disk is depends on what else lies there.
 */
final class Doctor {
  private Doctor() {}

  /** Returns what an operator with a disk like this one asks, and is answered. */
  static CommandLine.Result examines(CommandLine operator) {
    return operator.quorate("doctor", "--disk-warning", "100", "--disk-problem", "100");
  }
}
