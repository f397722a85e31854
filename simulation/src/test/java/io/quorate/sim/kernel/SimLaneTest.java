package io.quorate.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.runtime.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimLaneTest {
  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "lane", world.random("lane"));
  private final List<String> seen = new ArrayList<>();

  @Test
  void taskQueuedDuringATurnRunsAfterTheInputAtHand() {
    lane.execute(
        () -> {
          seen.add("first");
          lane.execute(() -> seen.add("flush"));
        });
    lane.execute(() -> seen.add("second"));

    settle();

    assertThat(seen).containsExactly("first", "second", "flush");
  }

  @Test
  void timerRunsOnItsLaneAndNotBeforeItsTime() {
    lane.schedule(
        1_000_000, () -> seen.add(lane.isCurrent() + " " + (world.nowNanos() >= 1_000_000)));

    settle();

    assertThat(seen).containsExactly("true true");
    assertThat(lane.isCurrent()).isFalse();
  }

  @Test
  void cancelledTimerNeverRuns() {
    Lane.Timer timer = lane.schedule(1_000_000, () -> seen.add("timer"));
    lane.execute(timer::cancel);

    settle();

    assertThat(seen).isEmpty();
  }

  @Test
  void nothingOfAKilledLaneEverRuns() {
    lane.schedule(1_000_000, () -> seen.add("timer"));
    lane.execute(
        () -> {
          lane.kill();
          seen.add("killed");
        });
    lane.execute(() -> seen.add("queued"));

    settle();
    lane.execute(() -> seen.add("later"));
    settle();

    assertThat(seen).containsExactly("killed");
  }

  @Test
  void pausedLaneGoesOnWithEverythingThatWaited() {
    lane.pause();
    lane.execute(() -> seen.add("queued"));
    lane.schedule(1_000_000, () -> seen.add("timer"));
    settle();
    assertThat(seen).isEmpty();

    lane.resume();
    settle();

    assertThat(seen).containsExactly("queued", "timer");
  }

  @Test
  void whatATaskThrowsEndsTheRunAndNamesTheLane() {
    lane.execute(
        () -> {
          throw new IllegalStateException("broken");
        });

    assertThatThrownBy(this::settle)
        .isInstanceOf(SimFailure.class)
        .hasMessageContaining("lane")
        .hasMessageContaining("broken");
  }

  @Test
  void wallClockJumpsWhileNanosGoOn() {
    var clock = new SimClock(world, world.random("clock"));
    long nanos = clock.nanos();
    clock.skew(-5_000);
    world.runFor(Duration.ofMillis(1_500));

    assertThat(clock.wallMillis()).isEqualTo(SimClock.EPOCH_MILLIS - 3_500);
    assertThat(clock.nanos() - nanos).isEqualTo(1_500_000_000L);
  }

  private void settle() {
    world.runFor(Duration.ofSeconds(1));
  }
}
