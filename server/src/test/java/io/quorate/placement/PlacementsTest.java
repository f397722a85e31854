package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.version.RecordModel;
import io.quorate.version.UnionOfBytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementsTest {
  private static final List<NodeId> LIST = List.of(new NodeId(1), new NodeId(2), new NodeId(3));

  private static Placements of(PartitionPlacement... partitions) {
    return new Placements(1, Map.of(), Map.of(), List.of(partitions));
  }

  private static PartitionPlacement at(long epoch) {
    return new PartitionPlacement(epoch, LIST);
  }

  @Test
  void whatHasChangedIsWhatIsPlacedOtherwise() {
    Placements before = of(at(1), at(1), at(1), at(1));
    assertThat(of(at(1), at(2), at(1), at(3)).changedSince(before)).containsExactly(1, 3);
    assertThat(of(at(1), at(1), at(1), at(1)).changedSince(before)).isEmpty();
    assertThat(before.all()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void tenantsAreInTheOrderOfTheirNamesAndFoundByNameAndById() {
    Map<String, Tenant> tenants = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      int id = 3 + i * 17 % 50; // names and ids are in different orders
      tenants.put("t" + i, new Tenant(id, "t" + i, 3, Level.QUORUM, Level.QUORUM, 0));
    }
    Placements placements = new Placements(1, Map.of(), tenants, List.of());

    assertThat(placements.tenants()).isEqualTo(tenants).hasSameHashCodeAs(tenants);
    assertThat(List.copyOf(placements.tenants().keySet())).isSorted().hasSize(50);
    for (Tenant tenant : placements.tenants().values()) {
      assertThat(placements.tenant(tenant.id())).isSameAs(tenant);
      assertThat(placements.tenant(tenant.name())).isSameAs(tenant);
    }
    assertThat(placements.tenant(2)).isNull();
    assertThat(placements.tenant(53)).isNull();
    assertThat(placements.tenant("t50")).isNull();
  }

  /** A replica may hear of a tenant's first record before it hears of the tenant. */
  @Test
  void theModelOfRecordsIsThatOfTheirTenantAsFarAsTheTenantIsKnown() {
    Tenant tenant = new Tenant(7, "t", Replication.of(3), TenantSettings.NONE, UnionOfBytes.UNION);
    Tenant altered = tenant.with(Replication.of(5));
    Placements placements = new Placements(1, Map.of(), Map.of("t", altered), List.of());

    assertThat(placements.model(7)).isSameAs(UnionOfBytes.UNION);
    assertThat(placements.model(8)).isSameAs(RecordModel.BY_FORMAT);
  }
}
