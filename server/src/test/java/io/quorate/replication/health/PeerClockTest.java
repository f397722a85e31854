package io.quorate.replication.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.message.ReplicaMessage.Echo;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PeerClockTest {
  private static final long MILLIS = 1_000_000;
  private static final long WALL = 1_767_225_600_000L;
  private static final long START = 40_000 * MILLIS;

  private final PeerClock clock = new PeerClock();

  /** The differences of this node's clocks, which all bounds use. */
  private final long own = WALL - START / MILLIS;

  /** A heartbeat there and back. */
  private static void exchange(
      PeerClock clock, long atNanos, long ahead, long there, long held, long back) {
    long now = atNanos + (there + held + back) * MILLIS;
    long theirWall = WALL + (atNanos - START) / MILLIS + there + held + ahead;
    clock.heard(theirWall, new Echo(atNanos, held * MILLIS), START, now);
  }

  /**
   * The bounds hold however long a message takes in either direction, and whichever node is paused
   * meanwhile.
   */
  @Property
  void noDelayIsTakenForMoreThanItProves(
      @ForAll @LongRange(min = -100_000, max = 100_000) long ahead,
      @ForAll @LongRange(min = 0, max = 20_000) long there,
      @ForAll @LongRange(min = 0, max = 10_000) long held,
      @ForAll @LongRange(min = 0, max = 20_000) long back) {
    PeerClock fresh = new PeerClock();
    exchange(fresh, START, ahead, there, held, back);

    long surely = fresh.surelyAheadMillis(own);
    assertThat(Math.abs(surely)).isLessThanOrEqualTo(Math.abs(ahead));
    assertThat(surely * ahead).isNotNegative();
    long half = (there + back) / 2 + 4 + held / 1_000;
    assertThat(fresh.aheadMillis(own)).isBetween(ahead - half - 4, ahead + half + 4);
  }

  @Property
  void whatIsSaidMayBeAnything(
      @ForAll long wall, @ForAll long sent, @ForAll long held, @ForAll long now) {
    PeerClock fresh = new PeerClock();
    fresh.heard(wall, new Echo(sent, held), START, now);

    if (fresh.isKnown()) {
      assertThat(fresh.surelyAheadMillis(0)).isBetween(-(1L << 52), 1L << 52);
    }
  }

  @Test
  void theFastestOfTheLastCounts() {
    exchange(clock, START, 700, 900, 0, 900);
    assertThat(clock.surelyAheadMillis(own)).isZero();
    exchange(clock, START + 200 * MILLIS, 700, 1, 0, 1);
    exchange(clock, START + 400 * MILLIS, 700, 900, 0, 900);

    assertThat(clock.surelyAheadMillis(own)).isBetween(690L, 700L);
  }

  @Test
  void aFastOneIsForgottenAfterAWhile() {
    exchange(clock, START, 700, 1, 0, 1);
    for (int i = 1; i <= 10; i++) {
      exchange(clock, START + i * 200L * MILLIS, 700, 900, 0, 900);
    }
    assertThat(clock.surelyAheadMillis(own)).isZero();
  }

  @Test
  void aJumpIsSeenAtOnce() {
    exchange(clock, START, 0, 1, 0, 1);
    exchange(clock, START + 200 * MILLIS, 5_000, 3, 100, 3);
    assertThat(clock.surelyAheadMillis(own)).isBetween(4_980L, 5_000L);
    exchange(clock, START + 400 * MILLIS, -5_000, 3, 100, 3);
    assertThat(clock.surelyAheadMillis(own)).isBetween(-5_000L, -4_980L);
  }

  @Test
  void whatAnEarlierProcessSentProvesNothing() {
    clock.heard(WALL, new Echo(START - 1, 0), START, START + MILLIS);
    clock.heard(WALL, new Echo(START + 2 * MILLIS, 0), START, START + MILLIS);

    assertThat(clock.isKnown()).isFalse();
  }

  @Test
  void roundTripIsTheMedianOfTheLast() {
    assertThat(clock.roundTripMillis()).isEmpty();
    for (int i = 0; i < 10; i++) {
      exchange(clock, START + i * 200L * MILLIS, 0, 900, 0, 900);
    }
    for (int i = 10; i < 20; i++) {
      boolean paused = i % 4 == 0;
      exchange(clock, START + i * 200L * MILLIS, 0, 80, 150, paused ? 5_000 : 120);
    }
    assertThat(clock.roundTripMillis()).hasValue(200);
  }

  /** Else elections would be hasty just after the network was cut for a moment. */
  @Test
  void roundTripOutlivesAJumpAndTheConnection() {
    exchange(clock, START, 0, 100, 0, 100);
    clock.forget();
    assertThat(clock.isKnown()).isFalse();
    assertThat(clock.roundTripMillis()).hasValue(200);
  }
}
