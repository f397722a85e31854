package io.quorate.jobs;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of runs that were due while no scheduler was there, or while the job was still
 * running. Immutable.
 *
 * @param policy see {@link Policy}
 * @param atMost with {@link Policy#EACH}: how many of the last runs are made up for, 1 to 1,000
 * @param late with {@link Policy#SKIP}: a run is left out if it is later than this
 */
public record MissedRuns(Policy policy, int atMost, Duration late) {
  /** One run for all that were missed: the last of them. The default. */
  public static final MissedRuns ONCE = new MissedRuns(Policy.ONCE, 1, Duration.ZERO);

  private static final int AT_MOST = 1_000;

  /** What is done about them. */
  public enum Policy {
    /** Leaves out runs that are late, and waits for the next one. */
    SKIP,
    /** Has one run for all that were missed. */
    ONCE,
    /** Has all of them run, one after the other, up to a bound. */
    EACH
  }

  public MissedRuns {
    Objects.requireNonNull(policy, "policy");
    if (atMost < 1 || atMost > AT_MOST) {
      throw new IllegalArgumentException("missed runs: " + atMost + ": give 1 to " + AT_MOST);
    }
    if (late.isNegative() || late.compareTo(Schedule.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "late " + late + ": give at most " + Schedule.LONGEST.toDays() + " days");
    }
  }

  /**
   * Leaves out runs that are late. A job with {@link Schedule.After} has none that it could leave
   * out, and is run.
   *
   * @param late how late a run may be; longer than instances take to look for jobs (5 s), and at
   *     most {@link Schedule#LONGEST}
   */
  public static MissedRuns skip(Duration late) {
    return new MissedRuns(Policy.SKIP, 1, late);
  }

  /**
   * Has each of them run, one after the other.
   *
   * @param atMost if more were missed, the first of them are left out; 1 to 1,000
   */
  public static MissedRuns each(int atMost) {
    return new MissedRuns(Policy.EACH, atMost, Duration.ZERO);
  }
}
