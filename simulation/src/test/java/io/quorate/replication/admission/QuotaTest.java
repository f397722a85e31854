package io.quorate.replication.admission;

import static io.quorate.replication.admission.House.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.api.Failure.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final AdmissionConfig WIDE =
      new AdmissionConfig(64, 64, 1 << 20, 200 * MILLIS, 0, 4, 100);

  private final House house = new House(WIDE);

  @Test
  void tenantGetsItsOperationsPerSecondAndASecondsWorthAtOnce() {
    house.tenant("limited", 100, 0);
    house.asker("limited").asks(1_000, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));

    House.Asker asker = house.asker("limited");
    assertThat(asker.served).isBetween(1_090, 1_110);
    assertThat(asker.lastFailure.reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(asker.lastFailure.throttled()).isTrue();
    assertThat(asker.lastFailure.retryAfterMillis()).isPositive();
    assertThat(asker.lastFailure.message())
        .contains(
            "tenant 'limited'",
            "quota of 100 operations per second",
            "1/1",
            "Nothing was applied",
            "quorate tenant alter limited --operations-per-second");
    assertThat(house.events).contains(new AdmissionEvent.Throttled("limited", "operations"));
  }

  @Test
  void requestsThatNameNoTenantTakeFromTheQuotaOfTheDefaultOne() {
    house.tenant("default", 100, 0);
    house.asker("").asks(1_000, TEN_SECONDS, LONG);
    house.asker("default").asks(1_000, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));

    assertThat(house.asker("").served + house.asker("default").served).isBetween(1_090, 1_110);
  }

  @Test
  void nodesThatAreUpShareTheQuota() {
    house.nodes = 2;
    house.tenant("limited", 100, 0);
    house.asker("limited").asks(1_000, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));
    assertThat(house.asker("limited").served).isBetween(540, 560);

    house.nodes = 1; // the other has died: the node that is left grants it all
    house.asker("limited").asks(1_000, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));
    assertThat(house.asker("limited").served).isBetween(1_540, 1_640);
  }

  /** Otherwise a part of the quota would lie idle at a node that gets no requests. */
  @Test
  void nodesWithoutPartitionsHaveNoShareOfTheQuota() {
    house.nodes = 4;
    house.tenant("limited", 300, 0);
    house.asker("limited").asks(1_000, TEN_SECONDS, LONG);
    house.run(TEN_SECONDS.plusSeconds(1));
    assertThat(house.asker("limited").served).as("a third").isBetween(1_090, 1_110);
  }

  @Test
  void bytesWrittenAndReadAreCounted() {
    house.tenant("writer", 0, 10_000);
    house.tenant("reader", 0, 10_000);
    house.value = new byte[980];
    for (int i = 1; i <= 1_000; i++) {
      house.world.schedule(i * 10L * MILLIS, "ask", () -> house.asker("writer").put(999, LONG));
      house.world.schedule(i * 10L * MILLIS, "ask", () -> house.asker("reader").get(LONG));
    }
    house.run(TEN_SECONDS.plusSeconds(1));

    assertThat(house.asker("writer").served).isBetween(108, 112);
    assertThat(house.asker("reader").served).isBetween(102, 115);
    assertThat(house.events).contains(new AdmissionEvent.Throttled("reader", "bytes"));
  }

  @Test
  void aValueLargerThanASecondsWorthIsTakenAndPaidLater() {
    house.tenant("limited", 0, 1_000);
    house.asker("limited").put(9_999, LONG);
    house.asker("limited").put(1, LONG);
    assertThat(house.asker("limited").lastFailure.retryAfterMillis()).isEqualTo(1000);
    house.run(Duration.ofMillis(8_900));
    house.asker("limited").put(1, LONG);
    house.run(Duration.ofMillis(300));
    house.asker("limited").put(1, LONG);
    house.run(LONG);

    assertThat(house.asker("limited").served).isEqualTo(2);
    assertThat(house.asker("limited").refused).isEqualTo(2);
  }

  @Test
  void whatWasNotCarriedOutIsGivenBack() {
    assertThat(servedBesideRefusals(new AdmissionRules())).isBetween(650, 662);
    assertThat(
            servedBesideRefusals(
                new AdmissionRules() {
                  @Override
                  boolean refunds() {
                    return false;
                  }
                }))
        .as("not given back")
        .isLessThan(620);
  }

  /**
   * One request at a time, of 15 ms: 66 per second, of which the quota allows 60, with a burst of
   * 60.
   */
  private static int servedBesideRefusals(AdmissionRules rules) {
    House busy = new House(new AdmissionConfig(1, 2, 1 << 20, 200 * MILLIS, 0, 1, 100), rules);
    busy.serviceNanos = 15 * MILLIS;
    busy.tenant("limited", 60, 0);
    busy.asker("limited").asks(1_000, TEN_SECONDS, LONG);
    busy.run(TEN_SECONDS.plusSeconds(1));
    return busy.asker("limited").served;
  }

  @Test
  void aRequestIsCountedOnce() {
    House twice =
        new House(
            WIDE,
            new AdmissionRules() {
              @Override
              int quotaOperations(int operations) {
                return 2 * operations;
              }
            });
    twice.tenant("limited", 100, 0);
    twice.asker("limited").asks(1_000, TEN_SECONDS, LONG);
    twice.run(TEN_SECONDS.plusSeconds(1));

    assertThat(twice.asker("limited").served).as("counted twice").isLessThan(600);
  }

  @Test
  void aQuotaIsAlteredWhileItIsInUse() {
    house.tenant("limited", 10, 0);
    house.asker("limited").asks(500, TEN_SECONDS, LONG);
    house.run(LONG);
    assertThat(house.asker("limited").served).isBetween(55, 65);
    house.tenant("limited", 0, 0);
    house.run(LONG.plusSeconds(1));
    assertThat(house.asker("limited").served).isGreaterThan(2_500);
  }

  /**
   * While others ask, pages are small: a scan pays for what they may hold, not for what it asks.
   */
  @Test
  void scanPaysForSmallPagesWhileOthersAsk() {
    assertThat(smallPages(new AdmissionRules())).as("of two operations").isBetween(320, 340);
    assertThat(
            smallPages(
                new AdmissionRules() {
                  @Override
                  boolean refunds() {
                    return false;
                  }
                }))
        .as("of eleven")
        .isLessThan(70);
  }

  /** Pages that a tenant with 60 operations per second reads within ten seconds. */
  private static int smallPages(AdmissionRules rules) {
    House busy = new House(WIDE, rules);
    busy.tenant("export", 60, 0);
    busy.tenant("shop", 0, 0);
    busy.pageEntries = 1_000;
    busy.serviceNanos = MILLIS;
    busy.asker("shop").asks(4_000, TEN_SECONDS, LONG);
    busy.run(Duration.ofMillis(10));
    busy.asker("export").scansUntil(TEN_SECONDS.toNanos(), 1_000);
    busy.run(TEN_SECONDS);
    House.Asker export = busy.asker("export");
    assertThat(export.entries / export.pages).as("entries of a page").isEqualTo(100);
    return export.pages;
  }

  @Test
  void pagesOfScansAreChargedByTheirEntriesAndBytes() {
    house.tenant("export", 0, 100_000);
    house.pageEntries = 100;
    house.serviceNanos = MILLIS / 10;
    house.value = new byte[90];
    house.asker("export").scansUntil(TEN_SECONDS.toNanos(), 100);
    house.run(TEN_SECONDS.plusSeconds(1));

    assertThat(house.asker("export").pages).isBetween(85, 130);
  }
}
