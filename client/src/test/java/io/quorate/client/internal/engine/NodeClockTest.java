package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeClockTest {
  private static final long SECOND = 1_000;
  private static final long HOUR = 3_600_000;
  private static final long START = 1_700_000_000_000L;

  private final NodeClock clock = new NodeClock();

  /** Milliseconds of this machine's clock. */
  private long now;

  /** How far the node's clock is ahead of that. */
  private long ahead = START;

  @Test
  void nothingIsKnownUntilTheNodeHasToldItsClock() {
    assertThat(known()).isZero();
    answer(0, 0);
    assertThat(known()).isEqualTo(shown());
    now += HOUR;
    assertThat(known()).isEqualTo(shown());
  }

  @Test
  void whatIsKnownIsAsGoodAsTheFastestAnswer() {
    answer(40, 300);
    assertThat(known()).isEqualTo(shown() - 300);
    answer(0, 20);
    assertThat(known()).isEqualTo(shown() - 20);
    answer(500, 30 * SECOND);
    assertThat(known()).as("after an answer that was long on its way").isEqualTo(shown() - 20);
  }

  @Test
  void clockThatWasSetForwardIsFollowed() {
    answer(0, 20);
    ahead += HOUR;
    answer(0, 20);
    assertThat(known()).isEqualTo(shown() - 20);
  }

  @Test
  void clockThatWasSetBackIsFollowedToWithinTheTimeOfAnAnswer() {
    answer(0, 20);
    ahead -= HOUR;
    answer(15, 30 * SECOND);
    assertThat(known()).isEqualTo(shown() + 15 + 1);
    answer(5, 20);
    assertThat(known()).isEqualTo(shown() + 5 + 1);
  }

  /** Of a clock that was set back, an answer tells nothing that was as long on its way as that. */
  @Test
  void slowOperationsShowNothing() {
    answer(0, 0);
    ahead -= 10 * SECOND;
    answer(30 * SECOND, 0);
    assertThat(known()).isEqualTo(shown() + 10 * SECOND);
  }

  @Test
  void clockThatWasToldWithoutAnAnswerIsNotFollowedBack() {
    answer(0, 0);
    ahead -= HOUR;
    clock.onAtLeast(shown(), nanos(now));
    assertThat(known()).isEqualTo(shown() + HOUR);
    ahead += 2 * HOUR;
    clock.onAtLeast(shown(), nanos(now));
    assertThat(known()).isEqualTo(shown());
  }

  /**
   * It stays ahead of a clock that was set back, so it serves only as long as there is no other.
   */
  @Test
  void hybridClockIsNotAskedOnceTheNodeTellsItsWallClock() {
    clock.onHybridClock(StampClock.hlc(shown() + 400), nanos(now));
    assertThat(known()).isEqualTo(shown() + 400);
    answer(0, 0);
    assertThat(known()).isEqualTo(shown() + 1);
    clock.onHybridClock(StampClock.hlc(shown() + HOUR), nanos(now));
    assertThat(known()).isEqualTo(shown() + 1);
  }

  @Test
  void clockThatRunsAsOursIsNeverTakenForAheadOrBehindByMoreThanTheFastestAnswer() {
    for (int seed = 0; seed < 200; seed++) {
      NodeClock known = new NodeClock();
      SplittableRandom random = new SplittableRandom(seed);
      long there = START - random.nextLong(HOUR);
      long fastestThere = Long.MAX_VALUE;
      long fastestBack = Long.MAX_VALUE;
      long set = 0;
      for (int i = 0; i < 100; i++) {
        if (i == 50) {
          set = random.nextLong(-HOUR, HOUR);
          fastestThere = Long.MAX_VALUE;
          fastestBack = Long.MAX_VALUE;
        }
        long sent = i * 100_000L;
        long way = random.nextLong(1 << random.nextInt(15));
        long back = random.nextLong(1 << random.nextInt(15));
        fastestThere = Math.min(fastestThere, way);
        fastestBack = Math.min(fastestBack, back);
        long told = there + set + sent + way;
        long received = sent + way + back;
        known.onAnswer(told, nanos(sent), nanos(received));
        long off = known.at(nanos(received)) - (told + back);
        assertThat(off).as("seed %d", seed).isGreaterThanOrEqualTo(-fastestBack);
        assertThat(off).as("seed %d", seed).isLessThanOrEqualTo(fastestThere + 1);
      }
    }
  }

  /** An operation takes so long to the node, which answers at once, and the answer so long back. */
  private void answer(long thereMillis, long backMillis) {
    long sent = now;
    now += thereMillis;
    long told = shown();
    now += backMillis;
    clock.onAnswer(told, nanos(sent), nanos(now));
  }

  private long shown() {
    return ahead + now;
  }

  private long known() {
    return clock.at(nanos(now));
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
