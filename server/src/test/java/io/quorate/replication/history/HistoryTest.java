package io.quorate.replication.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.DroppedTenants;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.Tenants;
import io.quorate.runtime.TestClock;
import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.KeptHistory;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one node takes away of many histories, second by second. */
class HistoryTest {
  private static final NodeId SELF = new NodeId(1);
  private static final int PARTITIONS = 256;

  /** Something of each place is to go every 7.5 s. */
  private static final long THREE_MINUTES = TimeUnit.MINUTES.toMillis(3);

  private static final int TURN_SECONDS = 8;
  private static final int UNWANTED_SECONDS = 600;

  private long nanos = TimeUnit.DAYS.toNanos(20_000);
  private long aheadMillis;
  private final HybridClock hybridClock = new HybridClock(1_000);
  private final KeptHistory store = new KeptHistory();
  private final History history =
      new History(
          SELF,
          store,
          TestClock.of(() -> TimeUnit.NANOSECONDS.toMillis(nanos) + aheadMillis, () -> nanos),
          hybridClock,
          new HistoryRules() {},
          event -> {});

  private static Tenant tenant(int id, long historyMillis) {
    TenantSettings settings = TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, historyMillis);
    return new Tenant(id, "t" + id, 1, settings);
  }

  /** Tenants with the ids 1 to {@code count}. */
  private static Map<String, Tenant> tenants(int count) {
    Map<String, Tenant> tenants = new TreeMap<>();
    for (int id = 1; id <= count; id++) {
      tenants.put("t" + id, tenant(id, THREE_MINUTES));
    }
    return tenants;
  }

  private void learn(Map<String, Tenant> tenants, DroppedTenants dropped) {
    PartitionPlacement own =
        new PartitionPlacement(1, List.of(SELF), PurgeMarks.NONE, Collections.emptySortedSet());
    history.placementsChanged(
        new Placements(
            Release.NEWEST_VERSION,
            1,
            Nodes.of(Map.of()),
            Tenants.of(tenants, dropped),
            Collections.nCopies(PARTITIONS, own),
            0,
            Map.of(),
            Cut.NONE));
  }

  private void run(long seconds) {
    for (long second = 0; second < seconds; second++) {
      nanos += TimeUnit.SECONDS.toNanos(1);
      history.tick();
    }
  }

  private long secondsOf(Place place) {
    long now = TimeUnit.NANOSECONDS.toMillis(nanos);
    return TimeUnit.MILLISECONDS.toSeconds(
        now - Hlc.millis(Objects.requireNonNull(store.load().get(place))));
  }

  private long longestSeconds() {
    return store.load().keySet().stream().mapToLong(this::secondsOf).max().orElseThrow();
  }

  /** What goes does not come back when the clock does. */
  @Test
  void aClockThatIsAheadForAMomentTakesNothingAway() {
    hybridClock.ask(() -> -aheadMillis);
    learn(tenants(1), DroppedTenants.NONE);
    run(TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES) / 2);
    Map<Place, Long> before = new TreeMap<>(store.load());
    aheadMillis = TimeUnit.HOURS.toMillis(2);
    run(10);
    assertThat(store.load()).isEqualTo(before);
    assertThat(history.overdueMillis()).isNotPositive();

    aheadMillis = 0;
    run(TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES));
    assertThat(longestSeconds())
        .isLessThan(TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES) + 2 * TURN_SECONDS);
  }

  /** More are to go than go at most in a second, all the time. */
  @Test
  void eachPlaceHasItsTurnHoweverManyAreDue() {
    int tenants = 12;
    learn(tenants(tenants), DroppedTenants.NONE);
    int roundSeconds = tenants * PARTITIONS / 256;
    run(TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES) + TURN_SECONDS + 10L * roundSeconds);
    assertThat(store.load()).hasSize(tenants * PARTITIONS);
    assertThat(longestSeconds())
        .isBetween(
            TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES),
            TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES) + TURN_SECONDS + 2L * roundSeconds);
  }

  /** 102 places fall due each second; 32 at a time would leave each for half a minute. */
  @Test
  void moreGoAtATimeWhereMoreFallDue() {
    int tenants = 3;
    learn(tenants(tenants), DroppedTenants.NONE);
    run(TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES) + TURN_SECONDS + 60);
    for (int second = 0; second < 30; second++) {
      run(1);
      assertThat(history.overdueMillis()).isLessThan(10_000);
    }
  }

  @Test
  void whatIsNotWantedAnyMoreGoesWhileOthersAreAlwaysDue() {
    int tenants = 12;
    learn(tenants(tenants), DroppedTenants.NONE);
    Map<String, Tenant> next = tenants(tenants);
    next.put("t11", tenant(11, 0));
    next.remove("t12");
    learn(next, DroppedTenants.NONE.with(12));
    run(UNWANTED_SECONDS + 60);
    assertThat(store.load().keySet()).noneMatch(place -> place.tenant() > 10);
    assertThat(store.load()).hasSize(10 * PARTITIONS);
  }

  /**
   * Its mark stays on the disk, and a later start believes it: nothing may be lacking behind it.
   */
  @Test
  void whatTheDiskDoesNotEndGoesOnAndEndsLater() {
    learn(tenants(1), DroppedTenants.NONE);
    Place place = new Place(3, 1);
    long since = history.since(3, List.of(1));
    store.clearsFail = true;
    learn(Map.of("t1", tenant(1, 0)), DroppedTenants.NONE);
    run(UNWANTED_SECONDS + 60);
    assertThat(history.keeps(3, 1)).isTrue();
    assertThat(history.since(3, List.of(1))).isEqualTo(since);
    assertThat(store.load()).containsEntry(place, since);

    store.clearsFail = false;
    run(UNWANTED_SECONDS + 60);
    assertThat(history.keeps(3, 1)).isFalse();
    assertThat(store.load()).isEmpty();
  }

  @Test
  void whatTheDiskDoesNotEndAndIsWantedAgainIsWhole() {
    learn(tenants(1), DroppedTenants.NONE);
    long since = history.since(3, List.of(1));
    store.clearsFail = true;
    learn(Map.of("t1", tenant(1, 0)), DroppedTenants.NONE);
    run(UNWANTED_SECONDS + 60);
    learn(tenants(1), DroppedTenants.NONE);
    assertThat(history.since(3, List.of(1))).isEqualTo(since);
    run(1);
    assertThat(store.load()).hasSize(PARTITIONS);
  }

  @Test
  void itIsToldForHowLongSomethingIsDue() {
    learn(tenants(1), DroppedTenants.NONE);
    run(TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES));
    assertThat(history.overdueMillis()).isZero();
    nanos += TimeUnit.SECONDS.toNanos(60);
    run(1);
    assertThat(history.overdueMillis()).isEqualTo(61_000 - THREE_MINUTES / 24);
    run(20);
    assertThat(history.overdueMillis()).isLessThan(10_000);
  }

  @Test
  void nothingIsRememberedOfTenantsThatWereDropped() {
    learn(tenants(2), DroppedTenants.NONE);
    run(TimeUnit.MILLISECONDS.toSeconds(THREE_MINUTES) + 60);
    assertThat(history.remembered()).hasSize(2 * PARTITIONS);
    Map<String, Tenant> next = tenants(1);
    learn(next, DroppedTenants.NONE.with(2));
    assertThat(history.remembered()).hasSize(PARTITIONS).allMatch(place -> place.tenant() == 1);
    history.cleared(3, Set.of(2));
    run(UNWANTED_SECONDS + 60);
    assertThat(history.remembered()).hasSize(PARTITIONS).allMatch(place -> place.tenant() == 1);
  }
}
