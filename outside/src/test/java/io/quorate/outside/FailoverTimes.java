package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How long it took, again and again, until the next leader of an election has acted. */
final class FailoverTimes {
  /** How often each test strikes. */
  static final int ROUNDS = Integer.getInteger("quorate.failover.rounds", 2);

  static final Duration TTL = Duration.ofSeconds(2);

  /** Beyond the time of a lock: the leader's look at the clock, its log, and a busy machine. */
  private static final Duration LATE = Duration.ofSeconds(5);

  private final List<Long> millis = new ArrayList<>();

  void add(long nanos) {
    millis.add(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /** Prints the figures, and fails if one was too long, or a write came after a later leader's. */
  void report(String what, Candidates candidates) {
    millis.sort(null);
    int last = millis.size() - 1;
    System.out.printf(
        "failover, %s, %d rounds, ttl %s: until the next one has acted, in ms: min %d,"
            + " median %d, p99 %d, max %d; %d acts%n",
        what,
        millis.size(),
        TTL,
        millis.get(0),
        millis.get(last / 2),
        millis.get((int) Math.ceil(0.99 * last)),
        millis.get(last),
        candidates.acts());
    assertThat(candidates.wrong()).isEmpty();
    assertThat(millis.get(last)).isLessThan(TTL.plus(LATE).toMillis());
  }
}
