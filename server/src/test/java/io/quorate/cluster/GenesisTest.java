package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Releases;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenesisTest {

  @ParameterizedTest
  @CsvSource({"1,1,1", "2,2,2", "3,3,3", "4,4,3", "5,5,3", "8,5,3"})
  void listsAreAsLongAsTenantsMayNeedThem(int nodes, int listLength, int defaultFactor) {
    ClusterState state = Clusters.ofNodes(nodes);

    assertThat(state.replicationFactorMax()).isEqualTo(listLength);
    assertThat(state.tenants().values())
        .containsExactly(new Tenant(1, "default", defaultFactor, Level.QUORUM, Level.QUORUM, 0));
    assertThat(state.stateVersion()).isEqualTo(1);
    assertThat(state.partitions()).hasSize(16).allMatch(partition -> partition.epoch() == 1);
  }

  @Test
  void theSameMembersInAnyOrderGiveTheSameState() {
    List<Member> reversed = new ArrayList<>(Clusters.members(7));
    Collections.reverse(reversed);

    assertThat(Genesis.create(Clusters.ID, reversed, 16)).isEqualTo(Clusters.ofNodes(7));
  }

  @Test
  void membersThatAreAlikeMakeNoCluster() {
    Member one = Clusters.member(1, "r", "a");
    Member sameAddress =
        new Member(
            Clusters.member(2, "r", "a").id(),
            one.address(),
            "r",
            "a",
            1,
            1,
            Releases.THIS,
            one.state());

    assertThatThrownBy(() -> Genesis.create(Clusters.ID, List.of(one, one), 16))
        .hasMessageContaining("two nodes have the id");
    assertThatThrownBy(() -> Genesis.create(Clusters.ID, List.of(one, sameAddress), 16))
        .hasMessageContaining("two nodes at address host-1:7400");
    assertThatThrownBy(() -> Genesis.create(Clusters.ID, List.of(), 16))
        .hasMessageContaining("at least one node");
    assertThatThrownBy(() -> Genesis.create(Clusters.ID, List.of(one), 0))
        .hasMessageContaining("1 to 65536");
  }
}
