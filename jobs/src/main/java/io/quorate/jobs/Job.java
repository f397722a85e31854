package io.quorate.jobs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a job is: its name, the kind of its handler, its schedule, and how it is run. Immutable; two
 * are equal if all they say is.
 */
public final class Job {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");
  private static final int PAYLOAD_BYTES_MAX = 64 * 1024;
  private static final int ATTEMPTS_MAX = 1_000;
  private static final int HISTORY_MAX = 100;
  private static final Duration RETRY_MAX = Duration.ofDays(1);

  private final String name;
  private final String kind;
  private final Schedule schedule;
  private final String payload;
  private final MissedRuns missed;
  private final int attempts;
  private final Duration retryAfter;
  private final int history;

  private Job(Builder from) {
    this.name = from.name;
    this.kind = from.kind;
    this.schedule = from.schedule;
    this.payload = from.payload;
    this.missed = from.missed;
    this.attempts = from.attempts;
    this.retryAfter = from.retryAfter;
    this.history = from.history;
  }

  /**
   * Begins a job.
   *
   * @param name 1 to 128 letters and digits of ASCII, and {@code . _ : / -} after the first
   * @param kind of the handler that runs it, of the same characters
   * @throws IllegalArgumentException if the name or the kind has others
   */
  public static Builder named(String name, String kind, Schedule schedule) {
    return new Builder(checkName(name), checkName(kind), schedule);
  }

  static String checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name of a job or a kind has 1 to 128 letters and digits, and . _ : / - after the"
              + " first");
    }
    return name;
  }

  public String name() {
    return name;
  }

  /** Says which handler runs it. */
  public String kind() {
    return kind;
  }

  public Schedule schedule() {
    return schedule;
  }

  /** What the handler is given; empty if nothing was said. */
  public String payload() {
    return payload;
  }

  /** What becomes of runs that were due when none could be made. */
  public MissedRuns missed() {
    return missed;
  }

  /** How often a run is tried at most, if its handler fails or its process ends. */
  public int attempts() {
    return attempts;
  }

  /** How long after a failure a run is tried again. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** How many runs that have ended are kept. */
  public int history() {
    return history;
  }

  /** Returns a builder that has all of this. */
  public Builder toBuilder() {
    return new Builder(name, kind, schedule)
        .payload(payload)
        .missed(missed)
        .attempts(attempts)
        .retryAfter(retryAfter)
        .history(history);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Job that
        && name.equals(that.name)
        && kind.equals(that.kind)
        && schedule.equals(that.schedule)
        && payload.equals(that.payload)
        && missed.equals(that.missed)
        && attempts == that.attempts
        && retryAfter.equals(that.retryAfter)
        && history == that.history;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, kind, schedule, payload, missed, attempts, retryAfter, history);
  }

  @Override
  public String toString() {
    return "Job[name=" + name + ", kind=" + kind + ", schedule=" + schedule + "]";
  }

  /** Says what a job is to be beyond its name, kind and schedule. */
  public static final class Builder {
    private final String name;
    private final String kind;
    private Schedule schedule;
    private String payload = "";
    private MissedRuns missed = MissedRuns.ONCE;
    private int attempts = 3;
    private Duration retryAfter = Duration.ofSeconds(10);
    private int history = 20;

    private Builder(String name, String kind, Schedule schedule) {
      this.name = name;
      this.kind = kind;
      this.schedule = Objects.requireNonNull(schedule, "schedule");
    }

    public Builder schedule(Schedule schedule) {
      this.schedule = Objects.requireNonNull(schedule, "schedule");
      return this;
    }

    /** What the handler is given: at most 64 KiB of UTF-8. Default: nothing. */
    public Builder payload(String payload) {
      if (payload.getBytes(StandardCharsets.UTF_8).length > PAYLOAD_BYTES_MAX) {
        throw new IllegalArgumentException(
            "a payload has at most "
                + PAYLOAD_BYTES_MAX
                + " bytes; store more under a key of its"
                + " own");
      }
      this.payload = payload;
      return this;
    }

    /** What becomes of runs that were due when none could be made. Default: one for all. */
    public Builder missed(MissedRuns missed) {
      this.missed = Objects.requireNonNull(missed, "missed");
      return this;
    }

    /**
     * How often a run is tried at most, 1 to 1,000, if its handler fails or its process ends.
     * Default: 3.
     */
    public Builder attempts(int attempts) {
      this.attempts = within("attempts", attempts, ATTEMPTS_MAX);
      return this;
    }

    /** How long after a failure a run is tried again, at most a day. Default: 10 s. */
    public Builder retryAfter(Duration retryAfter) {
      if (retryAfter.isNegative() || retryAfter.compareTo(RETRY_MAX) > 0) {
        throw new IllegalArgumentException("retry after " + retryAfter + ": give at most a day");
      }
      this.retryAfter = retryAfter;
      return this;
    }

    /** How many runs that have ended are kept, 1 to 100. Default: 20. */
    public Builder history(int history) {
      this.history = within("history", history, HISTORY_MAX);
      return this;
    }

    public Job build() {
      return new Job(this);
    }

    private static int within(String what, int given, int most) {
      if (given < 1 || given > most) {
        throw new IllegalArgumentException(what + " " + given + ": give 1 to " + most);
      }
      return given;
    }
  }
}
