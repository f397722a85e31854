package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.transport.client.PlacementHistory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nodes and the Java client mean the same by an update of the placement. */
class UpdatesOfNodesTest {
  private static final int PARTITIONS = 24;

  @Test
  void clientComesToTheTableOfTheWholePlacement() throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      PlacementHistory node = new PlacementHistory(new Random(seed), PARTITIONS);
      RouteTable table = null;
      for (int i = 0; i < 30; i++) {
        node.change();
        table = RouteTable.with(table, node.update());
        assertRoutes(table, node.whole());
      }
    }
  }

  private static void assertRoutes(RouteTable table, GetPlacementResponse whole) {
    RouteTable expected = RouteTable.of(whole);
    assertThat(table.stateVersion()).isEqualTo(whole.getStateVersion());
    assertThat(table.clusterId()).isEqualTo(whole.getClusterId());
    assertThat(table.addresses())
        .containsExactlyInAnyOrderElementsOf(
            whole.getNodesList().stream().map(PlacementNode::getAddress).toList());
    for (int i = 0; i < PARTITIONS; i++) {
      assertThat(addresses(table, i)).isEqualTo(addresses(expected, i)).hasSize(3);
      long epoch = whole.getPartitions(i).getEpoch();
      assertThat(table.outdatedBy(i, epoch)).isFalse();
      assertThat(table.outdatedBy(i, epoch + 1)).isTrue();
    }
    Map<String, Object> tenants = new HashMap<>();
    Map<String, Object> expectedTenants = new HashMap<>();
    for (String name : List.of("default", "tenant-0", "tenant-1", "tenant-2", "tenant-3")) {
      tenants.put(name, table.tenant(name));
      expectedTenants.put(name, expected.tenant(name));
    }
    assertThat(tenants).isEqualTo(expectedTenants);
  }

  private static List<String> addresses(RouteTable table, int partition) {
    return Arrays.stream(table.preferenceList(partition)).mapToObj(table.addresses()::get).toList();
  }
}
