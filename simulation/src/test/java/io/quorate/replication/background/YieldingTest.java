package io.quorate.replication.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node whose clients wait the longer the more other work it does. */
class YieldingTest {
  private static final NodeId OTHER = new NodeId(2);
  private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);

  private final SimWorld world = SimWorld.of(1);
  private final SimClock clock = new SimClock(world, world.random("clock"));
  private final Slowdown slowdown = new Slowdown(clock);
  private int others = Slowdown.NO_CLIENTS;
  private BackgroundBudget budget =
      new Allowances(Urgency.CATCHING_UP, clock, slowdown, node -> others, event -> {});
  private final BackgroundBudget filling =
      new Allowances(Urgency.FILLING, clock, slowdown, node -> others, event -> {});

  /** Operations of clients that end together. */
  private int clients = 5;

  /** How many milliseconds pass from those to the next. */
  private int clientsEveryMillis = 1;

  private long quietNanos = 1_000 * MICRO;

  /** What each record per millisecond adds to the latency of all. */
  private long disturbedNanos = 50 * MICRO;

  /** How much of late was done in a millisecond. */
  private double load;

  private long done;
  private double latencySum;
  private long latencies;

  @Test
  void clientsFeelAboutATenthOfWhatTheyFindAtRest() {
    seconds(30);
    measured(20);
    assertThat(latencySum / latencies).isBetween(1.03e6, 1.2e6);
    // 1.1 ms at 2 records per millisecond.
    assertThat(done / 20).isBetween(1_000L, 3_500L);
  }

  @Test
  void fewClientsFeelNoMoreThanMany() {
    clients = 1;
    clientsEveryMillis = 37; // 27 a second: four of them while other work rests
    seconds(30);
    measured(60);
    assertThat(latencySum / latencies).isBetween(1.03e6, 1.25e6);
  }

  @Test
  void beginsWithLittleUntilItIsKnownWhatClientsFeel() {
    clients = 1;
    clientsEveryMillis = 90; // eight of them while other work rests take some seconds
    seconds(1);
    measured(1);
    assertThat(done).isBetween(400L, 1_500L);
  }

  @Test
  void clientsThatAreTooFewForAnyoneToTellHoldUpNothing() {
    clients = 1;
    clientsEveryMillis = 1_300;
    seconds(40);
    measured(1);
    assertThat(done).isGreaterThan(50_000);
  }

  @Test
  void whatCostsClientsNothingIsSoonDoneFast() {
    disturbedNanos = 0;
    seconds(30);
    measured(1);
    assertThat(done).isGreaterThan(50_000);
  }

  @Test
  void moreLoadIsNotTakenForADisturbance() {
    disturbedNanos = 0;
    seconds(20);
    quietNanos *= 10;
    seconds(10);
    measured(1);
    assertThat(done).isGreaterThan(50_000);
  }

  @Test
  void goesOnHoweverMuchClientsFeel() {
    disturbedNanos = 10_000 * MICRO;
    seconds(30);
    measured(10);
    assertThat(done / 10).isBetween(300L, 700L);
  }

  @Test
  void yieldsToTheClientsOfTheOtherNode() {
    clients = 0;
    others = 300;
    seconds(30);
    measured(10);
    assertThat(done / 10).isBetween(300L, 700L);
  }

  @Test
  void whatCountsOnlyWhenItIsFullYieldsLess() {
    disturbedNanos = 10_000 * MICRO;
    budget = filling;
    seconds(30);
    measured(10);
    assertThat(done / 10).isBetween(2_400L, 3_600L);
  }

  @Test
  void nothingIsBoundWhileNobodyWaits() {
    clients = 0;
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(budget.isOpen(OTHER)).isTrue();
      budget.took(OTHER, 1);
    }
  }

  @Test
  void restsAtTheSameTimeOfEachSecond() {
    seconds(5);
    int rested = 0;
    for (int i = 0; i < 5_000; i++) {
      long before = done;
      millisecond();
      if (clock.wallMillis() % 1_000 < 150) {
        assertThat(done).isEqualTo(before);
        rested++;
      }
    }
    assertThat(rested).isEqualTo(750);
  }

  private void measured(int seconds) {
    done = 0;
    latencySum = 0;
    latencies = 0;
    seconds(seconds);
  }

  private void seconds(int seconds) {
    for (int i = 0; i < 1_000 * seconds; i++) {
      millisecond();
    }
  }

  private void millisecond() {
    world.runFor(Duration.ofMillis(1));
    int now = 0;
    while (now < 100 && budget.isOpen(OTHER)) {
      budget.took(OTHER, 1);
      now++;
    }
    done += now;
    load += (now - load) / 10;
    long latency = quietNanos + (long) (load * disturbedNanos);
    if (clock.wallMillis() % clientsEveryMillis != 0) {
      return;
    }
    for (int i = 0; i < clients; i++) {
      slowdown.took(latency);
      latencySum += latency;
      latencies++;
    }
  }
}
