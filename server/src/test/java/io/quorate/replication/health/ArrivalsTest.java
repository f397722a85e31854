package io.quorate.replication.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** When silence is suspicious, by the heartbeats seen before. */
class ArrivalsTest {
  private static final long MILLIS = 1_000_000;
  private static final LivenessConfig CONFIG = LivenessConfig.DEFAULT;

  private final Arrivals arrivals = new Arrivals(CONFIG);

  private void beats(int times, long millis) {
    for (int i = 0; i < times; i++) {
      arrivals.interval(millis * MILLIS);
    }
  }

  @Test
  void silenceAfterRegularBeatsIsSuspectedWithinASecond() {
    beats(200, 200);
    assertThat(arrivals.patienceNanos()).isBetween(800 * MILLIS, 1_000 * MILLIS);
  }

  @Test
  void firstSilenceIsSuspectedWithinAboutASecond() {
    assertThat(arrivals.patienceNanos()).isBetween(800 * MILLIS, 1_100 * MILLIS);
  }

  @Property(tries = 500)
  void regularBeatsAreNeverSuspected(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 150) int jitterMillis) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      long interval = (200 + random.nextInt(2 * jitterMillis + 1) - jitterMillis) * MILLIS;
      assertThat(interval).isLessThan(arrivals.patienceNanos());
      arrivals.interval(interval);
    }
  }

  @Property(tries = 200)
  void slowDriftIsFollowed(@ForAll @IntRange(min = 1, max = 10) int slowerEachTimeMillis) {
    for (long interval = 200; interval < 1_300; interval += slowerEachTimeMillis) {
      assertThat(interval * MILLIS).isLessThan(arrivals.patienceNanos());
      beats(3, interval);
    }
    beats(200, 200);
    assertThat(arrivals.patienceNanos()).isLessThan(1_000 * MILLIS);
  }

  /** The comparison that the hot path makes says what phi says. */
  @Property(tries = 1_000)
  void patienceEndsWherePhiMeetsItsThreshold(
      @ForAll @Size(min = 0, max = 300) List<@LongRange(min = 0, max = 2_000) Long> millis) {
    millis.forEach(interval -> arrivals.interval(interval * MILLIS));
    long patience = arrivals.patienceNanos();
    if (patience < CONFIG.downAfterNanos()) {
      assertThat(arrivals.phi(patience - MILLIS)).isLessThan(CONFIG.phiThreshold());
      assertThat(arrivals.phi(patience + MILLIS)).isGreaterThan(CONFIG.phiThreshold());
    }
  }

  @Property(tries = 1_000)
  void longerSilenceIsMoreEvidence(
      @ForAll @LongRange(min = 0, max = 5_000) long one,
      @ForAll @LongRange(min = 0, max = 5_000) long other) {
    double less = arrivals.phi(Math.min(one, other) * MILLIS);
    double more = arrivals.phi(Math.max(one, other) * MILLIS);
    assertThat(more).isGreaterThanOrEqualTo(less);
  }

  @Property(tries = 500)
  void nobodyIsWaitedForBeyondTheBound(
      @ForAll @Size(min = 0, max = 300) List<@LongRange(min = 0, max = 10_000) Long> millis) {
    millis.forEach(interval -> arrivals.interval(interval * MILLIS));
    assertThat(arrivals.patienceNanos()).isBetween(1L, CONFIG.downAfterNanos());
  }

  @Test
  void outageTeachesNothing() {
    beats(200, 200);
    long before = arrivals.patienceNanos();
    arrivals.interval(60_000 * MILLIS);
    assertThat(arrivals.patienceNanos()).isEqualTo(before);
  }
}
