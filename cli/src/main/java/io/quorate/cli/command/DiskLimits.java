package io.quorate.cli.command;

/**
 * How much of a node's disk may be used.
 *
 * @param warningPercent past this share an operator should look
 * @param problemPercent past this share something is wrong
 */
public record DiskLimits(int warningPercent, int problemPercent) {
  public static final int WARNING_PERCENT = 80;
  public static final int PROBLEM_PERCENT = 95;

  /** Unless an operator gives others. */
  public static final DiskLimits USUAL = new DiskLimits(WARNING_PERCENT, PROBLEM_PERCENT);

  /** For what a disk that fills does not hold up, as long as it takes writes. */
  public static final DiskLimits NONE = new DiskLimits(100, 100);

  public DiskLimits {
    if (!isPercent(warningPercent) || !isPercent(problemPercent)) {
      throw new IllegalArgumentException(
          "%d %% and %d %%: each must be 1 to 100".formatted(warningPercent, problemPercent));
    }
  }

  public static boolean isPercent(int number) {
    return 1 <= number && number <= 100;
  }

  /**
   * Whether an operator should look.
   *
   * @param used share of the disk, 1 for all
   */
  public boolean isNearlyFull(double used) {
    return 100 * used > warningPercent || isProblem(used);
  }

  /**
   * Whether something is wrong.
   *
   * @param used share of the disk, 1 for all
   */
  public boolean isProblem(double used) {
    return 100 * used > problemPercent;
  }
}
