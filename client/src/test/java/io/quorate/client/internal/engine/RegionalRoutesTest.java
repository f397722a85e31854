package io.quorate.client.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PartitionPlacement;
import io.quorate.proto.v1.PlacementNode;
import io.quorate.proto.v1.RegionReplicas;
import io.quorate.proto.v1.Tenant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which replicas a client asks, and in which order, of tenants with and without regions. */
class RegionalRoutesTest {
  private static final List<String> REGIONS = List.of("a", "b", "c", "a", "b", "c", "a");

  private final RouteTable table = RouteTable.of(placement());

  /** Seven nodes, and one partition whose list is in their order. */
  private static GetPlacementResponse placement() {
    GetPlacementResponse.Builder placement = GetPlacementResponse.newBuilder().setStateVersion(1);
    PartitionPlacement.Builder partition = PartitionPlacement.newBuilder().setEpoch(1);
    for (int i = 0; i < REGIONS.size(); i++) {
      placement.addNodes(
          PlacementNode.newBuilder()
              .setId(i + 1)
              .setAddress("node-" + i + ":7400")
              .setRegion(REGIONS.get(i)));
      partition.addPreferenceList(i);
    }
    return placement.addPartitions(partition).build();
  }

  @Test
  void theFirstEntriesOfAllOrOfEachRegionAreReplicas() {
    assertThat(table.replicas(plain(3), 0, "")).containsExactly(0, 1, 2);
    assertThat(table.replicas(geo("a", 2, "b", 1), 0, "")).containsExactly(0, 1, 3);
    assertThat(table.replicas(geo("a", 9, "b", 0), 0, "")).containsExactly(0, 3, 6);
  }

  @Test
  void thoseOfTheClientsRegionComeFirst() {
    assertThat(table.replicas(plain(3), 0, "c")).containsExactly(2, 0, 1);
    assertThat(table.replicas(geo("a", 2, "b", 2), 0, "b")).containsExactly(1, 4, 0, 3);
    assertThat(table.replicas(geo("a", 2, "b", 2), 0, "elsewhere")).containsExactly(0, 1, 3, 4);
  }

  /** As by a misspelt name: levels about its region would be about some other one. */
  @Test
  void aRegionWithoutNodesIsKnown() {
    assertThat(table.regionsWithout("aisa")).containsExactly("a", "b", "c");
    assertThat(table.regionsWithout("b")).isEmpty();
    assertThat(table.regionsWithout("")).isEmpty();
  }

  @Test
  void whileATenantIsAlteredThoseThatAreReplicasBeforeAndAfterwardsAreAsked() {
    Tenant altered =
        geo("a", 2, "b", 1).toBuilder()
            .setNextReplicationFactor(3)
            .addNextReplicasByRegion(replicas("a", 1))
            .addNextReplicasByRegion(replicas("c", 2))
            .build();
    assertThat(table.replicas(altered, 0, "")).containsExactly(0);
    Tenant toPlain = geo("c", 2, "b", 0).toBuilder().setNextReplicationFactor(2).build();
    assertThat(table.replicas(toPlain, 0, "")).as("none is both").containsExactly(2, 5);
  }

  private static Tenant plain(int factor) {
    return Tenant.newBuilder().setName("plain").setReplicationFactor(factor).build();
  }

  private static Tenant geo(String one, int ofOne, String other, int ofOther) {
    return Tenant.newBuilder()
        .setName("geo")
        .setReplicationFactor(ofOne + ofOther)
        .addReplicasByRegion(replicas(one, ofOne))
        .addReplicasByRegion(replicas(other, ofOther))
        .build();
  }

  private static RegionReplicas replicas(String region, int count) {
    return RegionReplicas.newBuilder().setRegion(region).setReplicas(count).build();
  }
}
