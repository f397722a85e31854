package io.quorate.replication.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Node 1 is in region eu with node 2, and nodes 3 and 4 are elsewhere. */
class RegionBandwidthTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId NEAR = new NodeId(2);
  private static final NodeId FAR = new NodeId(3);
  private static final NodeId FARTHER = new NodeId(4);
  private static final long BYTES_PER_SECOND = 1_000_000;

  private final List<Event> events = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private long nanos;
  private boolean innerIsOpen = true;

  private final Clock clock = TestClock.ofNanos(() -> nanos);

  private final BackgroundBudget inner =
      new BackgroundBudget() {
        @Override
        public boolean isOpen(NodeId with) {
          return innerIsOpen;
        }

        @Override
        public void took(NodeId with, int records) {
          asked.add("took " + records + " with " + with.value());
        }

        @Override
        public void carried(NodeId with, long bytes) {
          asked.add("carried " + bytes + " with " + with.value());
        }
      };

  private final RegionBandwidth bandwidth = bandwidth(BYTES_PER_SECOND);
  private final BackgroundBudget budget = bandwidth.beside(inner);

  private RegionBandwidth bandwidth(long bytesPerSecond) {
    return new RegionBandwidth(SELF, placements("us"), clock, bytesPerSecond, events::add);
  }

  private static Placements placements(String regionOfThree) {
    Map<NodeId, Placements.Member> members = new TreeMap<>();
    Map.of(SELF, "eu", NEAR, "eu", FAR, regionOfThree, FARTHER, "asia")
        .forEach(
            (node, region) ->
                members.put(node, new Placements.Member(node, "host:1", region, "z", 1)));
    return new Placements(1, members, Map.of(), List.of());
  }

  @Test
  void nodesOfAllOtherRegionsShareWhatASecondAllows() {
    BackgroundBudget another = bandwidth.beside(inner);
    long carried = 0;
    for (int milli = 0; milli < 10_000; milli++) {
      nanos += TimeUnit.MILLISECONDS.toNanos(1);
      for (NodeId node : List.of(FAR, FARTHER)) {
        for (BackgroundBudget each : List.of(budget, another)) {
          if (each.isOpen(node)) {
            each.carried(node, 5_000);
            carried += 5_000;
          }
        }
      }
    }
    assertThat(carried).isBetween(10 * BYTES_PER_SECOND, 11 * BYTES_PER_SECOND + 5_000);
    assertThat(events)
        .contains(BackgroundEvent.Window.HELD_BACK_BETWEEN_REGIONS)
        .contains(new BackgroundEvent.CarriedBetweenRegions("us", 5_000))
        .contains(new BackgroundEvent.CarriedBetweenRegions("asia", 5_000));
  }

  @Test
  void whatIsLargerThanTheRoomIsADebt() {
    budget.carried(FAR, 4 * BYTES_PER_SECOND);
    nanos += TimeUnit.SECONDS.toNanos(3);
    assertThat(budget.isOpen(FARTHER)).isFalse();
    nanos += TimeUnit.MILLISECONDS.toNanos(1);
    assertThat(budget.isOpen(FARTHER)).isTrue();
  }

  @Test
  void withinTheRegionNothingIsBoundOrCounted() {
    budget.carried(FAR, 100 * BYTES_PER_SECOND);
    events.clear();
    for (int i = 0; i < 1_000; i++) {
      assertThat(budget.isOpen(NEAR)).isTrue();
      budget.carried(NEAR, BYTES_PER_SECOND);
    }
    assertThat(events).isEmpty();
  }

  @Test
  void theOtherBudgetIsAskedAndToldAsWell() {
    budget.took(FAR, 3);
    budget.carried(NEAR, 7);
    assertThat(asked).containsExactly("took 3 with 3", "carried 7 with 2");
    innerIsOpen = false;
    assertThat(budget.isOpen(FAR)).isFalse();
    assertThat(budget.isOpen(NEAR)).isFalse();
  }

  @Test
  void aNodeThatComesToThisRegionIsBoundNoMore() {
    budget.carried(FAR, 100 * BYTES_PER_SECOND);
    assertThat(budget.isOpen(FAR)).isFalse();
    bandwidth.placementsChanged(placements("eu"));
    assertThat(budget.isOpen(FAR)).isTrue();
  }

  @Test
  void withoutABoundItIsOpenAndCounts() {
    BackgroundBudget unbounded = bandwidth(0).beside(inner);
    unbounded.carried(FAR, Integer.MAX_VALUE);
    assertThat(unbounded.isOpen(FAR)).isTrue();
    assertThat(events)
        .containsExactly(new BackgroundEvent.CarriedBetweenRegions("us", Integer.MAX_VALUE));
  }
}
