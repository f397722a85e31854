package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparedTenantsTest {
  private static final NodeId OWN = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final NodeId THIRD = new NodeId(3);

  private final Tenant onTwo = new Tenant(1, "a", 2, Level.QUORUM, Level.QUORUM, 0);
  private final Tenant onThree = new Tenant(2, "b", 3, Level.QUORUM, Level.QUORUM, 0);
  private final ComparedTenants compared = new ComparedTenants();

  private static Placements placements(Tenant... tenants) {
    return new Placements(
        1,
        Map.of(),
        Map.of("a", tenants[0], "b", tenants[1]),
        List.of(new PartitionPlacement(1, List.of(OWN, OTHER, THIRD))));
  }

  private @Nullable Pair next(Placements placements) {
    List<Pair> pairs =
        placements.factors(0).stream().map(factor -> new Pair(0, factor, OTHER)).toList();
    return compared.next(pairs, placements);
  }

  private static Pair pair(Placements placements, Tenant tenant) {
    return new Pair(0, placements.factor(0, tenant), OTHER);
  }

  @Test
  void eachFactorIsComparedOnce() {
    Placements placements = placements(onTwo, onThree);

    assertThat(next(placements)).isEqualTo(pair(placements, onTwo));
    compared.add(List.of(onTwo.id()));
    assertThat(next(placements)).isEqualTo(pair(placements, onThree));
    compared.add(List.of(onThree.id()));
    assertThat(next(placements)).isNull();
  }

  /** Else its mark would go before what was missed of it has been brought. */
  @Test
  void aTenantThatIsAlteredMeanwhileIsComparedUnderItsNewFactor() {
    compared.add(List.of(onTwo.id()));
    Tenant altered = onThree.with(Replication.of(2));
    Placements placements = placements(onTwo, altered);

    assertThat(next(placements)).isEqualTo(pair(placements, altered));
    compared.add(List.of(onTwo.id(), altered.id()));
    assertThat(next(placements)).isNull();
  }
}
