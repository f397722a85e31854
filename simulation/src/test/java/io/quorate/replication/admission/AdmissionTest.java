package io.quorate.replication.admission;

import static io.quorate.replication.admission.House.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.event.RequestEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  /** Four at a time that take 10 ms each: 400 a second. */
  private static final AdmissionConfig CONFIG =
      new AdmissionConfig(4, 64, 1000, 200 * MILLIS, 0, 1, 8);

  private final House house = new House(CONFIG);

  @Test
  void aRequestBelowTheLimitsDoesNotWait() {
    house.asker("default").asks(300, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));

    assertThat(house.asker("default").served).isEqualTo(house.asker("default").asked);
    assertThat(house.asker("default").waitedNanosMax).isEqualTo(10 * MILLIS);
    assertThat(house.events).isEmpty();
  }

  @Test
  void twentyOperationsASecondTellHowMuchLongerTheyTake() {
    for (long at = 0; at < TEN_SECONDS.toMillis(); at += 1_000) {
      house.world.schedule(at * MILLIS, "rest", () -> house.serviceNanos = 10 * MILLIS);
      house.world.schedule((at + 150) * MILLIS, "work", () -> house.serviceNanos = 30 * MILLIS);
    }
    house.asker("default").asks(20, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS);

    assertThat(house.slowdown.percent()).isBetween(200, 300);
  }

  @Test
  void tenTimesTooMuchIsServedAsFastAsMayBe() {
    house.asker("default").asks(4_000, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));

    House.Asker asker = house.asker("default");
    assertThat(asker.served).isBetween(3_950, 4_050);
    assertThat(asker.served + asker.refused).isEqualTo(asker.asked);
    assertThat(asker.waitedNanosMax).as("never longer than is of use").isLessThan(220 * MILLIS);
    assertThat(asker.lastFailure.reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(asker.lastFailure.message()).contains("ask again after the time given");
    assertThat(asker.retryAfterMillisMax).as("spread out").isBetween(300, 1000);
    assertThat(house.admission.waiting()).isZero();
    assertThat(house.admission.waitingBytes()).isZero();
    assertThat(house.admission.underWay()).isZero();
  }

  /** For so long a line may be that of a burst. */
  private static AdmissionConfig withBurstsOf(long millis) {
    return new AdmissionConfig(4, 4_096, 10_000, 200 * MILLIS, millis * MILLIS, 1, 8);
  }

  @Test
  void whatComesWhileANodePausesIsServedAfterwards() {
    assertThat(refusedAfterAPause(withBurstsOf(3_000))).isZero();
  }

  @Test
  void inALineThatMayNeverBeLongMuchOfItWouldBeRefused() {
    assertThat(refusedAfterAPause(withBurstsOf(0))).isGreaterThan(30);
  }

  /** Three quarters of what can be served are asked for; then nothing is done for 0.4 s. */
  private static int refusedAfterAPause(AdmissionConfig config) {
    House house = new House(config);
    house.world.schedule(2_000 * MILLIS, "pause", () -> house.serviceNanos = 400 * MILLIS);
    house.world.schedule(2_400 * MILLIS, "go on", () -> house.serviceNanos = 10 * MILLIS);
    house.asker("default").asks(300, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));
    House.Asker asker = house.asker("default");
    assertThat(asker.served + asker.refused).isEqualTo(asker.asked);
    return asker.refused;
  }

  @Test
  void whoHasLittleTimeIsToldEarlyThatABurstIsTooLong() {
    House burst = new House(withBurstsOf(1_000));
    burst.tenant("early", 0, 0);
    burst.asker("early").asks(100, Duration.ofSeconds(1), LONG); // tells how long one takes
    burst.run(Duration.ofSeconds(2));
    for (int i = 0; i < 200; i++) {
      burst.asker("default").put(1, Duration.ofMillis(600));
    }
    burst.run(Duration.ofMillis(5));
    House.Asker asker = burst.asker("default");
    assertThat(asker.refused).as("at once").isPositive();
    burst.run(Duration.ofSeconds(2));
    assertThat(asker.late).isZero();
    assertThat(asker.served + asker.refused).isEqualTo(200);
    assertThat(asker.waitedNanosMax).as("half of 600 ms").isLessThan(350 * MILLIS);
  }

  /** As those of a job that works through much, beside which others are waited for. */
  @Test
  void requestsWithMuchTimeMakeTheLineOfABurstNoLongerThanABurstIs() {
    House burst = new House(withBurstsOf(1_000));
    burst.tenant("early", 0, 0);
    burst.asker("early").asks(100, Duration.ofSeconds(1), LONG); // tells how long one takes
    burst.run(Duration.ofSeconds(2));
    for (int i = 0; i < 2_000; i++) {
      burst.asker("default").put(1, Duration.ofMinutes(1));
    }
    burst.run(Duration.ofMillis(300));
    House.Asker asker = burst.asker("default");
    int refusedOfTheJob = asker.refused;
    assertThat(refusedOfTheJob).as("all but a second's worth").isBetween(1_550, 1_650);
    for (int i = 0; i < 50; i++) {
      asker.put(1, Duration.ofSeconds(3));
    }
    burst.run(Duration.ofSeconds(5));
    assertThat(asker.refused).isEqualTo(refusedOfTheJob);
    assertThat(asker.waitedNanosMax).isLessThan(1_100 * MILLIS);
  }

  @Test
  void aLineThatIsLongForMoreThanAMomentBecomesShortAndStaysSo() {
    House much = new House(withBurstsOf(1_000));
    House.Asker asker = much.asker("default").asks(800, TEN_SECONDS, LONG);
    much.run(Duration.ofSeconds(1));
    assertThat(asker.refused).as("while it may be a burst").isZero();
    much.run(Duration.ofSeconds(3));
    assertThat(asker.refused).isPositive();
    asker.waitedNanosMax = 0;
    much.run(TEN_SECONDS);
    assertThat(asker.waitedNanosMax).isBetween(100 * MILLIS, 220 * MILLIS);
    assertThat(asker.served).as("as many as may be").isGreaterThan(3_950);
  }

  @Test
  void quietTenantDoesNotFeelAHotOne() {
    assertThat(servedOfTheQuiet(new House(CONFIG))).isEqualTo(1.0);
  }

  @Test
  void inOneLineForAllTheQuietTenantWouldSuffer() {
    House oneLine =
        new House(
            CONFIG,
            new AdmissionRules() {
              @Override
              String lineOf(String tenant) {
                return "everybody";
              }
            });

    assertThat(servedOfTheQuiet(oneLine)).isLessThan(0.5);
  }

  /** One tenant asks for ten times the capacity; the other for a quarter, with short timeouts. */
  private static double servedOfTheQuiet(House house) {
    house.tenant("hot", 0, 0);
    house.tenant("quiet", 0, 0);
    house.asker("hot").asks(4_000, TEN_SECONDS, LONG);
    house.asker("quiet").asks(100, TEN_SECONDS, Duration.ofMillis(60));
    house.run(TEN_SECONDS.plusSeconds(1));
    assertThat(house.asker("hot").served + house.asker("quiet").served).isGreaterThan(3_900);
    return (double) house.asker("quiet").served / house.asker("quiet").asked;
  }

  @Test
  void tenantsThatAllAskTooMuchGetTheSame() {
    for (int i = 1; i <= 5; i++) {
      house.tenant("t" + i, 0, 0);
      house.asker("t" + i).asks(500 * i, TEN_SECONDS, LONG);
    }
    house.run(TEN_SECONDS.plusSeconds(1));

    for (int i = 1; i <= 5; i++) {
      assertThat(house.asker("t" + i).served).as("tenant %d", i).isBetween(740, 860);
    }
  }

  @Test
  void bytesCountAsCostAndInTheBoundOfALine() {
    house.tenant("large", 0, 0);
    house.tenant("small", 0, 0);
    for (int i = 0; i < 50; i++) {
      house.asker("large").put(400, LONG);
    }

    assertThat(house.admission.waiting()).isEqualTo(1);
    assertThat(house.events).contains(new RequestEvent.Overloaded("waiting_bytes"));
  }

  @Test
  void oneTenantAloneGetsHalfOfTheRoomAndLeavesTheRest() {
    house.tenant("hot", 0, 0);
    house.tenant("late", 0, 0);
    House wide = new House(new AdmissionConfig(4, 64, 10_000, Long.MAX_VALUE, 0, 1, 8));
    wide.tenant("hot", 0, 0);
    wide.tenant("late", 0, 0);
    for (int i = 0; i < 100; i++) {
      wide.asker("hot").put(1, LONG);
    }
    assertThat(wide.admission.waiting()).isEqualTo(32);
    for (int i = 0; i < 100; i++) {
      wide.asker("late").put(1, LONG);
    }
    assertThat(wide.admission.waiting()).isEqualTo(48);
  }

  @Test
  void whatHasExpiredIsAnsweredAndNeverHandedOn() {
    House slow = new House(new AdmissionConfig(1, 64, 10_000, Long.MAX_VALUE, 0, 1, 8));
    slow.serviceNanos = 30 * MILLIS;
    for (int i = 0; i < 20; i++) {
      slow.asker("default").put(1, Duration.ofMillis(100));
    }
    slow.run(Duration.ofSeconds(1));

    assertThat(slow.handedOnLate).isZero();
    assertThat(slow.asker("default").served + slow.asker("default").refused).isEqualTo(20);
    assertThat(slow.asker("default").late).as("served for nobody").isZero();
    assertThat(slow.events).contains(new RequestEvent.Expired(RequestEvent.Stage.WAITING));
  }

  @Test
  void withoutThatRuleManyRequestsWouldBeServedTooLate() {
    House slow =
        new House(
            new AdmissionConfig(1, 64, 10_000, Long.MAX_VALUE, 0, 1, 8),
            new AdmissionRules() {
              @Override
              boolean isHopeless(long leftNanos, long fastestNanos) {
                return false;
              }
            });
    slow.serviceNanos = 30 * MILLIS;
    for (int i = 0; i < 20; i++) {
      slow.asker("default").put(1, Duration.ofMillis(100));
    }
    slow.run(Duration.ofSeconds(1));

    assertThat(slow.asker("default").late).isPositive();
  }

  @Test
  void hugeScanTakesItsTurnsLikeOtherRequests() {
    house.tenant("export", 0, 0);
    house.tenant("shop", 0, 0);
    house.pageEntries = 1000;
    house.asker("export").scansUntil(TEN_SECONDS.toNanos(), 1000);
    house.asker("shop").asks(250, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(5));

    assertThat(house.asker("shop").served).isEqualTo(house.asker("shop").asked);
    assertThat(house.asker("export").entries).isPositive();
    assertThat(house.events).contains(AdmissionEvent.Window.SCAN_YIELDED);
    assertThat(house.asker("export").entries / house.asker("export").pages)
        .as("small pages while others ask")
        .isLessThan(20);
  }

  @Test
  void pagesThatCostMoreThanWasKnownArePaidAfterwards() {
    house.tenant("export", 0, 0);
    house.tenant("shop", 0, 0);
    house.pageEntries = 8;
    house.value = new byte[256 << 10]; // 8 values of it cost as much as 128 operations
    house.asker("export").scansUntil(TEN_SECONDS.toNanos(), 8);
    house.asker("shop").asks(4_000, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(5));

    assertThat(house.asker("shop").served).isGreaterThan(3_500);
    assertThat(house.asker("export").pages).isBetween(10, 80);
  }

  @Test
  void tenantThatIsNotThereIsRefusedAtTheEntry() {
    house.asker("nobody").put(1, LONG);
    house.run(Duration.ofSeconds(1));

    assertThat(house.asker("nobody").served).isZero();
    assertThat(house.asker("nobody").lastFailure.reason()).isEqualTo(Reason.UNKNOWN_TENANT);
  }
}
