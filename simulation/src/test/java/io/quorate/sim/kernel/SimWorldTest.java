package io.quorate.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimWorldTest {
  private final SimWorld world = SimWorld.of(1);
  private final List<String> seen = new ArrayList<>();

  @Test
  void eventsHappenByTimeAndThenInTheOrderTheyWereMade() {
    world.schedule(20, "late", () -> seen.add("late"));
    world.schedule(10, "first", () -> seen.add("first"));
    world.schedule(10, "second", () -> seen.add("second"));

    world.runFor(Duration.ofNanos(30));

    assertThat(seen).containsExactly("first", "second", "late");
    assertThat(world.nowNanos()).isEqualTo(30);
  }

  @Test
  void cancelledEventNeverHappens() {
    world.schedule(10, "event", () -> seen.add("event")).cancel();

    world.runFor(Duration.ofSeconds(1));

    assertThat(seen).isEmpty();
  }

  @Test
  void waitingEndsAsSoonAsItHoldsAndGivesUpAtItsLimit() {
    world.schedule(10, "event", () -> seen.add("event"));

    assertThat(world.runUntil(() -> !seen.isEmpty(), Duration.ofSeconds(1))).isTrue();
    assertThat(world.nowNanos()).isEqualTo(10);
    assertThat(world.runUntil(() -> false, Duration.ofSeconds(1))).isFalse();
  }

  @Test
  void splitDependsOnSeedAndNameOnly() {
    SimRandom whole = new SimRandom(7);
    long before = whole.split("a").nextLong();
    whole.nextLong();

    assertThat(whole.split("a").nextLong()).isEqualTo(before);
    assertThat(whole.split("b").nextLong()).isNotEqualTo(before);
    assertThat(new SimRandom(8).split("a").nextLong()).isNotEqualTo(before);
  }

  @Test
  void chanceStaysWithinItsBounds() {
    SimRandom random = new SimRandom(3);
    for (int i = 0; i < 10_000; i++) {
      assertThat(random.nextInt(7)).isBetween(0, 6);
      assertThat(random.between(-2, 2)).isBetween(-2L, 2L);
      assertThat(random.nextDouble()).isBetween(0.0, 1.0);
    }
  }
}
