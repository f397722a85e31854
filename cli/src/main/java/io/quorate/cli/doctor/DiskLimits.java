package io.quorate.cli.doctor;

/**
 * How much of a node's disk may be used.
 *
 * @param warningPercent past this share an operator should look
 * @param problemPercent past this share something is wrong
 */
record DiskLimits(int warningPercent, int problemPercent) {
  static final int WARNING_PERCENT = 80;
  static final int PROBLEM_PERCENT = 95;

  /** For what a disk that fills does not hold up, as long as it takes writes. */
  static final DiskLimits NONE = new DiskLimits(100, 100);

  DiskLimits {
    if (!isPercent(warningPercent) || !isPercent(problemPercent)) {
      throw new IllegalArgumentException(
          "%d %% and %d %%: each must be 1 to 100".formatted(warningPercent, problemPercent));
    }
  }

  static boolean isPercent(int number) {
    return 1 <= number && number <= 100;
  }

  /**
   * Whether an operator should look.
   *
   * @param used share of the disk, 1 for all
   */
  boolean isNearlyFull(double used) {
    return 100 * used > warningPercent || isProblem(used);
  }

  /**
   * Whether something is wrong.
   *
   * @param used share of the disk, 1 for all
   */
  boolean isProblem(double used) {
    return 100 * used > problemPercent;
  }
}
