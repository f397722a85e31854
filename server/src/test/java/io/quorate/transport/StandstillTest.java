package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.runtime.TestClock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private long nanos = TimeUnit.DAYS.toNanos(1);
  private final Standstill standstill = new Standstill(TestClock.ofNanosOnly(() -> nanos));

  private void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void goOn(int ticks) {
    for (int i = 0; i < ticks; i++) {
      pass(100);
      standstill.tick();
    }
  }

  private long waitedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(standstill.waitedNanosMax());
  }

  @Test
  void aProcessThatGoesOnLetsNothingWait() {
    for (int i = 0; i < 30; i++) {
      goOn(1);
      assertThat(waitedMillis()).isZero();
      pass(20); // a little late is nothing
      assertThat(waitedMillis()).isZero();
    }
  }

  @Test
  void whatIsReadRightAfterAPauseMayBeAsOldAsThePause() {
    goOn(20);
    pass(18_000);
    assertThat(waitedMillis()).as("before anything has noticed the pause").isEqualTo(18_000);
    standstill.tick();
    assertThat(waitedMillis()).isEqualTo(18_000);
    goOn(9);
    assertThat(waitedMillis()).as("while connections are emptied").isEqualTo(18_900);
    goOn(1);
    assertThat(waitedMillis()).isZero();
  }

  @Test
  void aSecondPauseDoesNotHideTheFirst() {
    goOn(20);
    pass(3_000);
    goOn(5);
    pass(1_000);
    standstill.tick();
    assertThat(waitedMillis()).isEqualTo(3_000 + 500 + 1_000);
    goOn(5);
    assertThat(waitedMillis()).as("the first is over").isEqualTo(1_000 + 500);
    goOn(5);
    assertThat(waitedMillis()).isZero();
  }

  /** Otherwise a node that is always a little late would refuse everything in the end. */
  @Test
  void beingLateAllTheTimeDoesNotAddUp() {
    for (int i = 0; i < 100; i++) {
      pass(300);
      standstill.tick();
    }
    assertThat(waitedMillis()).isEqualTo(3_000);
  }
}
