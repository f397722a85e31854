package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.fake.FakeWatch;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.Tenant;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What updates make of a table is what the whole placement would make. */
class RouteTableTest {
  private static final int PARTITIONS = 32;

  private final Random random = new Random(42);

  @Test
  void updatesLeadToTheTableOfTheWholePlacement() {
    for (int run = 0; run < 50; run++) {
      GetPlacementResponse now = placement(1);
      RouteTable table = RouteTable.with(null, FakeWatch.parts(FakeWatch.update(null, now)));
      assertSame(table, now);
      for (int i = 2; i < 30; i++) {
        GetPlacementResponse next = random.nextBoolean() ? placement(i) : similar(now, i);
        table = RouteTable.with(table, FakeWatch.parts(FakeWatch.update(now, next)));
        now = next;
        assertSame(table, now);
      }
    }
  }

  /**
   * Between two updates a node may have been asked, which knew more than the one that is watched.
   */
  @Test
  void updateOnAnOlderVersionThanIsKnownFits() {
    GetPlacementResponse first = placement(1);
    GetPlacementResponse second = similar(first, 2);
    GetPlacementResponse third = similar(second, 3);
    RouteTable table =
        RouteTable.with(RouteTable.of(second), List.of(FakeWatch.update(first, third)));
    assertSame(table, third);
  }

  @Test
  void updateThatTellsNothingNewChangesNothing() {
    GetPlacementResponse first = placement(1);
    GetPlacementResponse second = similar(first, 2);
    RouteTable table = RouteTable.of(second);
    assertThat(RouteTable.with(table, List.of(FakeWatch.update(first, second)))).isSameAs(table);
    assertThat(RouteTable.with(table, List.of(FakeWatch.update(null, first)))).isSameAs(table);
  }

  /** Nodes of an older version do not tell it, so that a table may come without one. */
  @Test
  void idOfTheClusterIsLearnedFromWhateverTellsIt() {
    GetPlacementResponse first = placement(1);
    GetPlacementResponse second = similar(first, 2);
    RouteTable nameless = RouteTable.of(first.toBuilder().clearClusterId().build());
    assertThat(RouteTable.with(nameless, List.of(FakeWatch.update(first, second))).clusterId())
        .isEqualTo(7);
    assertThat(RouteTable.with(nameless, List.of(FakeWatch.update(null, second))).clusterId())
        .isEqualTo(7);
    assertThat(RouteTable.with(nameless, List.of(FakeWatch.update(null, first))).clusterId())
        .isEqualTo(7);
    assertThat(clusterId(RouteTable.with(nameless, second))).isEqualTo(7);
    assertThat(clusterId(RouteTable.with(nameless, first))).isEqualTo(7);
    assertThat(clusterId(RouteTable.with(nameless, first.toBuilder().clearPartitions().build())))
        .isEqualTo(7);
  }

  @Test
  void idOfTheClusterIsNotForgottenForANodeThatDoesNotTellIt() {
    GetPlacementResponse first = placement(1);
    GetPlacementResponse second = similar(first, 2);
    GetPlacementResponse nameless = second.toBuilder().clearClusterId().build();
    RouteTable known = RouteTable.of(first);
    assertThat(clusterId(RouteTable.with(known, nameless))).isEqualTo(7);
    assertThat(RouteTable.with(known, List.of(FakeWatch.update(null, nameless))).clusterId())
        .isEqualTo(7);
    assertThat(RouteTable.with(known, List.of(FakeWatch.update(first, nameless))).clusterId())
        .isEqualTo(7);
    assertThat(RouteTable.with(known, first.toBuilder().clearPartitions().build())).isSameAs(known);
    assertThat(RouteTable.with(null, first.toBuilder().clearPartitions().build())).isNull();
  }

  private static long clusterId(@Nullable RouteTable table) {
    return Objects.requireNonNull(table).clusterId();
  }

  @Test
  void updateThatDoesNotFitIsRefused() {
    GetPlacementResponse first = placement(1);
    GetPlacementResponse second = similar(first, 2);
    WatchPlacementResponse later = FakeWatch.update(second, similar(second, 3));
    assertThatThrownBy(() -> RouteTable.with(RouteTable.of(first), List.of(later)))
        .hasMessageContaining("on version 2, and 1 is known");
    assertThatThrownBy(() -> RouteTable.with(null, List.of(later)))
        .hasMessageContaining("none is known");
    WatchPlacementResponse other =
        FakeWatch.update(null, second).toBuilder().setClusterId(9).build();
    assertThatThrownBy(() -> RouteTable.with(RouteTable.of(first), List.of(other)))
        .hasMessageContaining("another cluster");
    WatchPlacementResponse wild =
        FakeWatch.update(first, second).toBuilder().setPartitionCount(1 << 30).build();
    assertThatThrownBy(() -> RouteTable.with(RouteTable.of(first), List.of(wild)))
        .hasMessageContaining("number of partitions");
    WatchPlacementResponse huge = wild.toBuilder().setBaseStateVersion(0).build();
    assertThatThrownBy(() -> RouteTable.with(null, List.of(huge)))
        .hasMessageContaining("partitions");
  }

  @Test
  void theTableBeforeStaysAsItWas() {
    GetPlacementResponse first = placement(1);
    RouteTable before = RouteTable.of(first);
    RouteTable unused = RouteTable.with(before, List.of(FakeWatch.update(first, placement(2))));
    assertSame(before, first);
  }

  private GetPlacementResponse placement(long version) {
    GetPlacementResponse.Builder placement =
        GetPlacementResponse.newBuilder().setClusterId(7).setStateVersion(version);
    List<Long> ids = new ArrayList<>(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L));
    Collections.shuffle(ids, random);
    int nodes = 3 + random.nextInt(5);
    for (int i = 0; i < nodes; i++) {
      placement.addNodes(
          PlacementNode.newBuilder()
              .setId(ids.get(i))
              .setAddress("node-" + ids.get(i) + ":" + random.nextInt(2)));
    }
    for (int i = 0; i < PARTITIONS; i++) {
      placement.addPartitions(partition(nodes));
    }
    int tenants = 1 + random.nextInt(3);
    for (int i = 0; i < tenants; i++) {
      placement.addTenants(tenant(i));
    }
    return placement.build();
  }

  private GetPlacementResponse similar(GetPlacementResponse before, long version) {
    GetPlacementResponse.Builder next = before.toBuilder().setStateVersion(version);
    next.setPartitions(random.nextInt(PARTITIONS), partition(before.getNodesCount()));
    next.getPartitionsBuilder(random.nextInt(PARTITIONS)).setEpoch(1_000 + version);
    next.setTenants(0, tenant(0));
    return next.build();
  }

  private PartitionPlacement.Builder partition(int nodes) {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      positions.add(i);
    }
    Collections.shuffle(positions, random);
    return PartitionPlacement.newBuilder()
        .setEpoch(1 + random.nextInt(100))
        .addAllPreferenceList(positions.subList(0, 3));
  }

  private Tenant.Builder tenant(int id) {
    return Tenant.newBuilder()
        .setName("t" + id)
        .setId(id + 1)
        .setReplicationFactor(1 + random.nextInt(3));
  }

  private static void assertSame(RouteTable table, GetPlacementResponse placement) {
    assertThat(table.stateVersion()).isEqualTo(placement.getStateVersion());
    assertThat(table.clusterId()).isEqualTo(placement.getClusterId());
    assertThat(table.addresses())
        .containsExactlyInAnyOrderElementsOf(
            placement.getNodesList().stream().map(PlacementNode::getAddress).toList());
    for (int i = 0; i < PARTITIONS; i++) {
      PartitionPlacement partition = placement.getPartitions(i);
      assertThat(Arrays.stream(table.preferenceList(i)).mapToObj(table.addresses()::get))
          .containsExactlyElementsOf(
              partition.getPreferenceListList().stream()
                  .map(position -> placement.getNodes(position).getAddress())
                  .toList());
      assertThat(table.outdatedBy(i, partition.getEpoch())).isFalse();
      assertThat(table.outdatedBy(i, partition.getEpoch() + 1)).isTrue();
    }
    for (int id = 0; id < 3; id++) {
      String name = "t" + id;
      assertThat(table.tenant(name))
          .isEqualTo(
              placement.getTenantsList().stream()
                  .filter(tenant -> tenant.getName().equals(name))
                  .findFirst()
                  .orElse(null));
    }
  }
}
