package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.OverloadedException;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that is refused asks little more than is accepted, and finds out when there is room. */
class ThrottleTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Throttle throttle = new Throttle("default", 0);
  private final Random random = new Random(7);
  private long millis;
  private int sent;
  private int accepted;
  private int heldBack;

  /** Asks so often each millisecond, of which a node takes so many. */
  private void run(int milliseconds, int asked, int capacity) {
    sent = 0;
    accepted = 0;
    heldBack = 0;
    for (int end = milliseconds; end > 0; end--) {
      millis++;
      int left = capacity;
      for (int i = 0; i < asked; i++) {
        if (throttle.refusal(random.nextDouble(), millis * MILLI) != null) {
          heldBack++;
        } else {
          sent++;
          if (left-- > 0) {
            accepted++;
            throttle.onAccepted();
          } else {
            throttle.onRefused(20);
          }
        }
      }
    }
  }

  @Test
  void whoIsNotRefusedIsNeverHeldBack() {
    run(10_000, 20, 20);
    assertThat(heldBack).isZero();
  }

  @Test
  void tenTimesTooMuchIsMostlyHeldBackAndTheNodeStaysFull() {
    run(1_000, 200, 20);
    run(10_000, 200, 20);
    assertThat(accepted).isGreaterThan(10_000 * 20 * 95 / 100);
    assertThat(sent).isLessThan(10_000 * 20 * 145 / 100);
  }

  @Test
  void roomIsFoundWithinASecond() {
    run(10_000, 200, 20);
    run(1_000, 18, 20);
    run(1_000, 18, 20);
    assertThat(heldBack).isZero();
  }

  @Test
  void refusalsThatHaveJustComeLeaveNoRoom() {
    assertThat(throttle.findsRoom()).as("nothing is known").isTrue();
    run(1_000, 20, 20);
    refuse(100);
    assertThat(throttle.findsRoom()).as("few of those of late, which were accepted").isTrue();
    refuse(1_000);
    assertThat(throttle.findsRoom()).isFalse();
  }

  private void refuse(int calls) {
    for (int i = 0; i < calls; i++) {
      throttle.onRefused(20);
    }
  }

  @Test
  void refusalsAreMomentaryUntilTheyHaveLasted() {
    run(10_000, 20, 20);
    assertThat(throttle.isMomentary(millis * MILLI)).isTrue();
    run(2_900, 200, 20);
    assertThat(throttle.isMomentary(millis * MILLI)).isTrue();
    run(300, 200, 20);
    assertThat(throttle.isMomentary(millis * MILLI)).isFalse();
    run(20_000, 30, 20);
    assertThat(throttle.isMomentary(millis * MILLI)).as("and still last").isFalse();
    run(2_000, 18, 20);
    assertThat(throttle.isMomentary(millis * MILLI)).as("and are over").isTrue();
    millis += 60_000;
    run(100, 200, 20);
    assertThat(throttle.isMomentary(millis * MILLI)).as("after a minute of nothing").isTrue();
  }

  /** What waits here asks again and again, and that is no refusal by a node. */
  @Test
  void callsThatAreHeldBackDoNotMakeRefusalsLast() {
    run(1_000, 200, 20);
    int again = 0;
    for (int end = 5_000; end > 0; end--) {
      millis++;
      for (int i = 0; i < 20; i++) {
        again += throttle.refusal(0, millis * MILLI) == null ? 0 : 1;
      }
    }
    assertThat(again).as("held back again").isGreaterThan(10_000);
    assertThat(throttle.isMomentary(millis * MILLI)).isTrue();
  }

  /** Nothing is asked. */
  private void quiet(int milliseconds) {
    millis += milliseconds;
  }

  @Test
  void aFewRefusalsThatAreAllThereIsLastAsWell() {
    for (int i = 0; i < 40; i++) {
      quiet(99);
      run(1, 1, 0);
    }
    assertThat(throttle.isMomentary(millis * MILLI)).as("ten a second, of ten").isFalse();
    assertThat(throttle.findsRoom()).as("though nothing is held back").isFalse();
    quiet(1_000);
    assertThat(throttle.isMomentary(millis * MILLI)).as("and they are over").isTrue();
  }

  @Test
  void aSingleRefusalNowAndThenNeverLasts() {
    for (int i = 0; i < 40; i++) {
      quiet(999);
      run(1, 1, 0);
      assertThat(throttle.isMomentary(millis * MILLI)).isTrue();
    }
  }

  @Test
  void aSmallShareOfRefusalsNeverLasts() {
    for (int i = 0; i < 10_000; i++) {
      run(1, 20, i % 2 == 0 ? 19 : 20);
      assertThat(throttle.isMomentary(millis * MILLI)).as("500 a second, of 20,000").isTrue();
      assertThat(throttle.findsRoom() || millis < 1_000).isTrue();
    }
  }

  /** Waits with this many for a while, of which the node takes this many each millisecond. */
  private int letThrough(int milliseconds, int waiting, int capacity) {
    int all = 0;
    for (int end = milliseconds / 10; end > 0; end--) {
      millis += 10;
      int sent = throttle.letThrough(waiting, 10 * MILLI, random.nextDouble(), millis * MILLI);
      for (int i = 0; i < sent; i++) {
        if (i < 10 * capacity) {
          throttle.onAccepted();
        } else {
          throttle.onRefused(20);
        }
      }
      all += sent;
    }
    return all;
  }

  @Test
  void ofManyThatWaitFewFindOutWhetherThereIsRoom() {
    run(1_000, 50, 0);
    assertThat(letThrough(2_000, 30_000, 0)).isBetween(300, 500);
    assertThat(letThrough(2_000, 1, 0)).as("a thread that waits alone").isBetween(1, 12);
  }

  @Test
  void thoseThatWaitAreLetThroughAsFastAsTheyAreTaken() {
    run(1_000, 50, 0);
    int unused = letThrough(2_000, 30_000, 20);
    assertThat(letThrough(1_000, 30_000, 20)).isBetween(19_000, 29_000);
  }

  @Test
  void whereNothingIsRefusedAllThatWaitAreLetThrough() {
    run(1_000, 20, 20);
    assertThat(throttle.letThrough(700, MILLI, 0, millis * MILLI)).isEqualTo(700);
  }

  @Test
  void whoWasRefusedAltogetherComesBack() {
    run(10_000, 50, 0);
    assertThat(sent).isLessThan(50 * 10_000 * 3 / 100);
    run(4_000, 50, 1_000);
    run(1_000, 50, 1_000);
    assertThat(heldBack).isZero();
  }

  @Test
  void nodesAreNotBlamedForTheLinesOfTheClient() {
    for (millis = 0; millis < 2000; millis++) {
      for (int i = 0; i < 20; i++) {
        if (throttle.refusal(random.nextDouble(), millis * MILLI) == null) {
          if (i < 10) {
            throttle.onAccepted();
          } else {
            throttle.onBehind(20);
          }
        }
      }
    }
    OverloadedException refusal = Objects.requireNonNull(throttle.refusal(0, millis * MILLI));
    assertThat(refusal)
        .hasMessageMatching(
            ".*nodes refused 0 % as too much, and for [1-9][0-9]? % there was no room in its"
                + " lines, so it holds back .*");
  }

  /** Asks 20 times each millisecond, of which 2 are accepted, 2 refused and the rest is late. */
  private int letThroughWhileMostAreLate(boolean refusedToo) {
    int letThrough = 0;
    for (int end = 2000; end > 0; end--) {
      millis++;
      for (int i = 0; i < 20; i++) {
        if (throttle.refusal(random.nextDouble(), millis * MILLI) == null) {
          letThrough++;
          if (i < 2) {
            throttle.onAccepted();
          } else if (i < 4 && refusedToo) {
            throttle.onRefused(20);
          } else {
            throttle.onLate();
          }
        }
      }
    }
    return letThrough;
  }

  @Test
  void callsThatAreLateCountOnlyWhileOthersAreRefused() {
    assertThat(letThroughWhileMostAreLate(false)).isEqualTo(2000 * 20);
    assertThat(letThroughWhileMostAreLate(true)).isLessThan(2000 * 20 / 3);
    assertThat(Objects.requireNonNull(throttle.refusal(0, millis * MILLI)))
        .hasMessageMatching(".*, and [1-9][0-9]? % had no answer in time, so it holds back .*");
  }

  @Test
  void refusalSaysWhatToDoAndWhen() {
    run(2_000, 200, 20);
    OverloadedException refusal = Objects.requireNonNull(throttle.refusal(0, millis * MILLI));
    assertThat(refusal)
        .hasMessageContaining("tenant 'default'")
        .hasMessageContaining("ask again")
        .hasMessageMatching(".*nodes refused [1-9][0-9]? % as too much, so it holds back .*");
    assertThat(refusal.retryAfter()).hasMillis(20);
    assertThat(refusal.mayHaveApplied()).isFalse();
    assertThat(refusal.getStackTrace()).as("cheap").isEmpty();
  }
}
