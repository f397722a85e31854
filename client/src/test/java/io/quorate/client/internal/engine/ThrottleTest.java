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
    for (int end = 5_000; end > 0; end--) {
      millis++;
      for (int i = 0; i < 20; i++) {
        assertThat(throttle.refusal(0, millis * MILLI) != null || throttle.findsRoom()).isTrue();
      }
    }
    assertThat(throttle.isMomentary(millis * MILLI)).isTrue();
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
