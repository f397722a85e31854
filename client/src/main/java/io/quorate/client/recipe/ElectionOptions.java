package io.quorate.client.recipe;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a candidate campaigns, and leads. Immutable. */
public final class ElectionOptions {
  private static final Duration STOP_BEFORE_MAX = Duration.ofSeconds(5);

  /**
   * A candidate without a name; 10 s; told to stop when a quarter of the time is left, 5 s at most;
   * closing waits 10 s for the body; failures of the body go to the handler of uncaught exceptions.
   */
  public static final ElectionOptions DEFAULT =
      new ElectionOptions("candidate", Duration.ofSeconds(10), null, Duration.ofSeconds(10), null);

  private final String candidate;
  private final Duration ttl;
  private final @Nullable Duration stopBefore;
  private final Duration closeWithin;
  private final @Nullable Consumer<Throwable> onFailure;

  private ElectionOptions(
      String candidate,
      Duration ttl,
      @Nullable Duration stopBefore,
      Duration closeWithin,
      @Nullable Consumer<Throwable> onFailure) {
    this.candidate = candidate;
    this.ttl = ttl;
    this.stopBefore = stopBefore;
    this.closeWithin = closeWithin;
    this.onFailure = onFailure;
  }

  /** What the candidate calls itself. */
  public String candidate() {
    return candidate;
  }

  /** How long one leads without a renewal: as long a failed leader is waited for at most. */
  public Duration ttl() {
    return ttl;
  }

  /** How long before the time of its lock is over a leader is to stop that cannot renew it. */
  public Duration stopBefore() {
    if (stopBefore != null) {
      return stopBefore;
    }
    Duration quarter = ttl.dividedBy(4);
    return quarter.compareTo(STOP_BEFORE_MAX) > 0 ? STOP_BEFORE_MAX : quarter;
  }

  /** How long {@link Candidacy#close} waits for the body. */
  public Duration closeWithin() {
    return closeWithin;
  }

  /** Told of each failure of a body; null: its thread's handler of uncaught exceptions is. */
  public @Nullable Consumer<Throwable> onFailure() {
    return onFailure;
  }

  /**
   * Calls the candidate so, such as its host or address, 1 to 200 bytes of UTF-8. Others see it at
   * {@link Leader#candidate}. Need not be unique: each campaign adds a random part to it.
   */
  public ElectionOptions candidate(String candidate) {
    return new ElectionOptions(
        Ids.check("candidate", candidate), ttl, stopBefore, closeWithin, onFailure);
  }

  /**
   * @param ttl 100 ms to 10 minutes. Take one that is long beside pauses of the process and
   *     elections of the cluster: 5 s or more, unless a failed leader must be replaced sooner
   */
  public ElectionOptions ttl(Duration ttl) {
    return new ElectionOptions(
        candidate, Objects.requireNonNull(ttl, "ttl"), stopBefore, closeWithin, onFailure);
  }

  /**
   * @param stopBefore as long as a body needs to stop. At most half of the time to live: a leader
   *     renews at a third of it, and must not be told to stop while it can still renew
   */
  public ElectionOptions stopBefore(Duration stopBefore) {
    return new ElectionOptions(
        candidate, ttl, Objects.requireNonNull(stopBefore, "stopBefore"), closeWithin, onFailure);
  }

  public ElectionOptions closeWithin(Duration closeWithin) {
    return new ElectionOptions(
        candidate, ttl, stopBefore, Objects.requireNonNull(closeWithin, "closeWithin"), onFailure);
  }

  /**
   * Tells of each body that ends with an exception, on its thread. That a body which was told to
   * stop ends with an {@link InterruptedException}, or with what a request of the client that was
   * interrupted or fenced ends with, is no failure.
   */
  public ElectionOptions onFailure(Consumer<Throwable> listener) {
    return new ElectionOptions(
        candidate, ttl, stopBefore, closeWithin, Objects.requireNonNull(listener, "listener"));
  }

  /** Checks what depends on each other. */
  void check() {
    Duration margin = stopBefore();
    if (margin.isNegative() || margin.multipliedBy(2).compareTo(ttl) > 0) {
      throw new IllegalArgumentException(
          "to stop " + margin + " before the end of " + ttl + ": give at most half of that time");
    }
    if (closeWithin.isNegative()) {
      throw new IllegalArgumentException("to close within " + closeWithin);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ElectionOptions that
        && candidate.equals(that.candidate)
        && ttl.equals(that.ttl)
        && Objects.equals(stopBefore, that.stopBefore)
        && closeWithin.equals(that.closeWithin)
        && Objects.equals(onFailure, that.onFailure);
  }

  @Override
  public int hashCode() {
    return Objects.hash(candidate, ttl, stopBefore, closeWithin, onFailure);
  }

  @Override
  public String toString() {
    return "ElectionOptions[candidate="
        + candidate
        + ", ttl="
        + ttl
        + ", stopBefore="
        + stopBefore()
        + ", closeWithin="
        + closeWithin
        + "]";
  }
}
