package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.Invariant.BrokenInvariant;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Replication;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.version.UnionOfBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterStateTest {
  private final ClusterState genesis = Clusters.ofNodes(3);

  @Test
  void limitsAreGivenAtCreationAndAlteredOneByOne() {
    TenantSettings limited = limits(500L, null, HintOverflow.REJECT);
    ClusterState created =
        accepted(genesis.apply(new CreateTenant("orders", 0, limited), 2)).next();
    TenantSettings bytesToo = limits(null, 1_000_000L, null);
    ClusterState altered = accepted(created.apply(new AlterTenant("orders", bytesToo), 3)).next();

    assertThat(altered.tenants().get("orders"))
        .extracting(Tenant::settings)
        .isEqualTo(limits(500L, 1_000_000L, HintOverflow.REJECT));
    TenantSettings negative = limits(-1L, null, null);
    assertThat(rejected(created.apply(new AlterTenant("", negative), 3)))
        .contains("limit of -1 operations per second", "0 (no limit)");
  }

  private static TenantSettings limits(
      @Nullable Long operations, @Nullable Long bytes, @Nullable HintOverflow hintOverflow) {
    return TenantSettings.NONE
        .with(TenantSetting.OPERATIONS_PER_SECOND, operations)
        .with(TenantSetting.BYTES_PER_SECOND, bytes)
        .with(TenantSetting.HINT_OVERFLOW, hintOverflow);
  }

  @Test
  void whatReadsRepairIsTheTenantsUntilItIsAltered() {
    ClusterState created =
        accepted(genesis.apply(new CreateTenant("orders", 0, repair(ReadRepair.EVERYONE)), 2))
            .next();
    ClusterState altered =
        accepted(created.apply(new AlterTenant("orders", null, null, 5L), 3)).next();
    Accepted off = accepted(altered.apply(new AlterTenant("orders", repair(ReadRepair.OFF)), 4));

    assertThat(genesis.tenants().get("default"))
        .extracting(Tenant::readRepair)
        .isEqualTo(ReadRepair.BLOCKING);
    assertThat(altered.tenants().get("orders"))
        .extracting(Tenant::readRepair)
        .isEqualTo(ReadRepair.EVERYONE);
    assertThat(off.next().tenants().get("orders"))
        .extracting(Tenant::readRepair)
        .isEqualTo(ReadRepair.OFF);
    assertThat(off.warnings()).singleElement().asString().contains("'orders'", "potentially stale");
  }

  /** Otherwise a key would have records of two kinds. */
  @Test
  void settingsKeepTheModelOfATenantsRecords() {
    Tenant united =
        new Tenant(2, "orders", Replication.of(3), TenantSettings.NONE, UnionOfBytes.UNION);

    assertThat(united.with(repair(ReadRepair.OFF)).model()).isSameAs(UnionOfBytes.UNION);
  }

  private static TenantSettings repair(ReadRepair repair) {
    return TenantSettings.NONE.with(TenantSetting.READ_REPAIR, repair);
  }

  @Test
  void aTenantGetsTheNextIdAndTheClustersDefaults() {
    ClusterState next =
        accepted(genesis.apply(new CreateTenant("orders", 0, null, null, 5_000), 2)).next();

    assertThat(next.tenants().get("orders"))
        .isEqualTo(new Tenant(2, "orders", 3, Level.QUORUM, Level.QUORUM, 5_000));
    assertThat(next.stateVersion()).isEqualTo(2);
    assertThat(next.tenantIds().next()).isEqualTo(3);
    assertThat(genesis.tenants()).as("the state before").containsOnlyKeys("default");
  }

  @Test
  void creatingATenantAgainWithEqualSettingsChangesNothing() {
    ClusterState once =
        accepted(genesis.apply(new CreateTenant("orders", 0, null, null, 0), 2)).next();
    CreateTenant again = new CreateTenant("orders", 3, Level.QUORUM, Level.QUORUM, 0);

    assertThat(accepted(once.apply(again, 3)).next()).isSameAs(once);
  }

  /** The factor that is left out depends on the nodes; a retry that comes late is still a retry. */
  @Test
  void creatingATenantAgainWithoutAFactorIsNoOtherWishAfterTheTopologyHasChanged() {
    ClusterState two = Genesis.create(Clusters.ID, Clusters.members(2), 4);
    var create = new CreateTenant("orders", 0, null, null, 0);
    ClusterState once = accepted(two.apply(create, 2)).next();
    var join =
        new Command.Join(new NodeId(3), "host-3:7400", "local", "d", 1, false, Releases.THIS);
    ClusterState joined = accepted(once.apply(join, 3)).next();
    SortedMap<Integer, List<NodeId>> lists = new TreeMap<>();
    for (int partition = 0; partition < 4; partition++) {
      List<NodeId> longer = new ArrayList<>(once.partitions().get(partition).preferenceList());
      longer.add(new NodeId(3));
      lists.put(partition, longer);
    }
    ClusterState three = accepted(joined.apply(new Command.PlanChange(3, lists), 4)).next();
    for (int partition = 0; partition < 4; partition++) {
      var begin = new MoveStep(partition, 1, MoveStep.Kind.BEGIN);
      three = accepted(three.apply(new Command.StepMoves(List.of(begin)), 5 + partition)).next();
    }
    assertThat(three.replicationFactorMax()).isEqualTo(3);
    assertThat(accepted(three.apply(create, 9)).next()).isSameAs(three);
  }

  @Test
  void creatingATenantAgainWithOtherSettingsIsRejectedAndTellsThem() {
    ClusterState once =
        accepted(genesis.apply(new CreateTenant("orders", 3, null, null, 0), 2)).next();

    assertThat(rejected(once.apply(new CreateTenant("orders", 1, null, null, 0), 3)))
        .contains("'orders' exists", "replication factor 3", "QUORUM");
  }

  @Test
  void aFactorBeyondThePreferenceListsIsRejectedWithTheRange() {
    assertThat(rejected(genesis.apply(new CreateTenant("orders", 4, null, null, 0), 2)))
        .contains("factor 4", "1 to 3");
    assertThat(rejected(genesis.apply(new CreateTenant("orders", -1, null, null, 0), 2)))
        .contains("-1: give at least 1");
  }

  @Test
  void aLevelThatCanNeverBeReachedIsRejectedWithTheRange() {
    assertThat(rejected(genesis.apply(new CreateTenant("one", 1, Level.TWO, null, 0), 2)))
        .contains("read level TWO", "from 1 to 1");
    assertThat(rejected(genesis.apply(new CreateTenant("x", 2, null, new Level.Count(3), 0), 2)))
        .contains("write level 3", "from 1 to 2");
    assertThat(rejected(genesis.apply(new AlterTenant("", new Level.Count(4), null, null), 2)))
        .contains("read level 4", "from 1 to 3");
  }

  @Test
  void levelsThatLetAReadMissAWriteAreWarnedAbout() {
    assertThat(accepted(genesis.apply(new AlterTenant("", Level.ONE, null, null), 2)).warnings())
        .singleElement()
        .asString()
        .contains("'default'", "ONE (1 of 3)", "QUORUM (2 of 3)");
    assertThat(accepted(genesis.apply(new AlterTenant("", Level.TWO, null, null), 2)).warnings())
        .isEmpty();
    assertThat(
            accepted(genesis.apply(new CreateTenant("a", 3, Level.ONE, Level.ALL, 0), 2))
                .warnings())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Orders", "a b", "a/b", "ü", "x\n"})
  void badNamesAreRejectedWithTheRule(String name) {
    assertThat(rejected(genesis.apply(new CreateTenant(name, 0, null, null, 0), 2)))
        .contains("a-z, 0-9");
    assertThat(rejected(genesis.apply(new CreateTenant("x".repeat(65), 0, null, null, 0), 2)))
        .contains("1 to 64");
  }

  @Test
  void aTimeToLiveOutOfRangeIsRejectedWithTheRange() {
    assertThat(rejected(genesis.apply(new CreateTenant("t", 0, null, null, -1), 2)))
        .contains("-1ms", "100 years");
    assertThat(rejected(genesis.apply(new AlterTenant("", null, null, Long.MAX_VALUE), 2)))
        .contains("100 years");
  }

  @Test
  void alteringATenantChangesWhatIsSaidAndNoMore() {
    ClusterState next =
        accepted(genesis.apply(new AlterTenant("default", null, Level.ALL, 7L), 2)).next();

    assertThat(next.tenants().get("default"))
        .isEqualTo(new Tenant(1, "default", 3, Level.QUORUM, Level.ALL, 7));
    assertThat(next.partitions()).as("epochs stay").isEqualTo(genesis.partitions());
  }

  @Test
  void alteringAnUnknownTenantIsRejected() {
    assertThat(rejected(genesis.apply(new AlterTenant("nobody", Level.ONE, null, null), 2)))
        .contains("'nobody' does not exist");
  }

  @Test
  void aStartedNodeHasItsNewAddressAndIncarnation() {
    ClusterState next = accepted(genesis.apply(started(2, "new:1", "b", 2), 9)).next();

    assertThat(next.members())
        .containsEntry(
            new NodeId(2),
            new Member(
                new NodeId(2), "new:1", "local", "b", 1, 2, Releases.THIS, Member.State.ACTIVE));
    assertThat(next.placements().nodes().get(new NodeId(2)))
        .isEqualTo(new Placements.Member(new NodeId(2), "new:1", "local", "b", 2));
  }

  @Test
  void theSameStartToldTwiceChangesNothing() {
    ClusterState once = accepted(genesis.apply(started(2, "new:1", "b", 2), 2)).next();

    assertThat(accepted(once.apply(started(2, "new:1", "b", 2), 3)).next()).isSameAs(once);
  }

  @Test
  void aStartIsRejectedWhenItIsOldOrForeignOrContradictsWhatIsKnown() {
    ClusterState state = accepted(genesis.apply(started(2, "host-2:7400", "b", 5), 2)).next();

    assertThat(rejected(state.apply(started(2, "host-2:7400", "b", 4), 3)))
        .contains("incarnation 4", "incarnation 5");
    assertThat(rejected(state.apply(started(2, "other:1", "b", 5), 3)))
        .contains("announced before");
    assertThat(rejected(state.apply(started(77, "host-77:7400", "b", 1), 3)))
        .contains("not a member");
    assertThat(rejected(state.apply(started(2, "host-2:7400", "c", 6), 3)))
        .contains("zone 'b'", "zone 'c'");
    assertThat(rejected(state.apply(started(2, "host-3:7400", "b", 6), 3)))
        .contains("host-3:7400 is that of node 0000000000000003");
    assertThat(rejected(state.apply(started(2, "nowhere", "b", 6), 3))).contains("host:port");
  }

  @Test
  void aPurgeIsPromisedThenConfirmedEachUnderAnEpochOfItsOwn() {
    var first = List.of(new AtEpoch(0, 1), new AtEpoch(2, 1));
    ClusterState promised = accepted(genesis.apply(new PromisePurge(first, 50), 2)).next();
    assertThat(promised.partitions().get(0).epoch()).isEqualTo(2);
    assertThat(promised.partitions().get(0).purge()).isEqualTo(new PurgeMarks(50, 0));
    assertThat(promised.partitions().get(1)).isEqualTo(genesis.partitions().get(1));

    var second = List.of(new AtEpoch(0, 2));
    ClusterState confirmed = accepted(promised.apply(new ConfirmPurge(second, 50), 3)).next();
    assertThat(confirmed.partitions().get(0).epoch()).isEqualTo(3);
    assertThat(confirmed.partitions().get(0).purge()).isEqualTo(new PurgeMarks(50, 50));
    assertThat(confirmed.partitions().get(2).purge()).isEqualTo(new PurgeMarks(50, 0));
  }

  @Test
  void aRoundIsRepeatedOrGivenUpByPromisingAgain() {
    var at = List.of(new AtEpoch(0, 1));
    ClusterState promised = accepted(genesis.apply(new PromisePurge(at, 50), 2)).next();
    ClusterState again =
        accepted(promised.apply(new PromisePurge(List.of(new AtEpoch(0, 2)), 50), 3)).next();
    assertThat(again.partitions().get(0).epoch()).isEqualTo(3);
    ClusterState further =
        accepted(again.apply(new PromisePurge(List.of(new AtEpoch(0, 3)), 60), 4)).next();
    assertThat(further.partitions().get(0).purge()).isEqualTo(new PurgeMarks(60, 0));
    assertThat(rejected(further.apply(new ConfirmPurge(List.of(new AtEpoch(0, 4)), 50), 5)))
        .contains("is promised");
    assertThat(rejected(further.apply(new PromisePurge(List.of(new AtEpoch(0, 4)), 55), 5)))
        .contains("is asked for");
  }

  @Test
  void aStepOfAPurgeHoldsForThoseOnlyThatAreStillAtTheEpochItWasDecidedUnder() {
    Accepted some =
        accepted(
            genesis.apply(new PromisePurge(List.of(new AtEpoch(0, 1), new AtEpoch(1, 7)), 50), 2));
    assertThat(some.next().partitions().get(0).epoch()).isEqualTo(2);
    assertThat(some.next().partitions().get(1).epoch()).isEqualTo(1);
    assertThat(some.warnings()).singleElement().asString().contains("partition 1 is at epoch 1");

    assertThat(rejected(genesis.apply(new PromisePurge(List.of(new AtEpoch(9999, 1)), 50), 2)))
        .contains("no partition 9999");
    assertThat(rejected(genesis.apply(new ConfirmPurge(List.of(new AtEpoch(0, 1)), 50), 2)))
        .contains("nothing");
  }

  /**
   * A replica that is being filled may lack a record newer than a tombstone that the others would
   * drop.
   */
  @Test
  void nothingIsPurgedWhileANodeIsBeingFilled() {
    List<PartitionPlacement> partitions = new ArrayList<>(genesis.partitions());
    PartitionPlacement whole = partitions.get(0);
    partitions.set(
        0,
        new PartitionPlacement(
            1,
            whole.preferenceList(),
            PurgeMarks.NONE,
            new TreeSet<>(List.of(whole.preferenceList().get(1)))));
    var filling =
        new ClusterState(Clusters.ID, 1, 1, genesis.members(), genesis.tenants(), 2, partitions);
    assertThat(rejected(filling.apply(new PromisePurge(List.of(new AtEpoch(0, 1)), 50), 2)))
        .contains("are being filled");
  }

  @Test
  void aCommandIsNeverFoldedInTwice() {
    ClusterState next =
        accepted(genesis.apply(new CreateTenant("orders", 0, null, null, 0), 7)).next();

    assertThatThrownBy(() -> next.apply(new CreateTenant("x", 0, null, null, 0), 7))
        .isInstanceOf(BrokenInvariant.class);
  }

  @Test
  void partsThatDoNotFitEachOtherMakeNoState() {
    var unknownNode = List.of(new PartitionPlacement(1, List.of(new NodeId(1), new NodeId(99))));
    assertThatThrownBy(
            () ->
                new ClusterState(
                    Clusters.ID, 1, 1, genesis.members(), genesis.tenants(), 2, unknownNode))
        .hasMessageContaining("different members");
    assertThatThrownBy(
            () ->
                new ClusterState(
                    Clusters.ID,
                    1,
                    1,
                    genesis.members(),
                    genesis.tenants(),
                    1,
                    genesis.partitions()))
        .hasMessageContaining("has id 1");
    var strangerFilled =
        List.of(
            new PartitionPlacement(
                1, List.of(new NodeId(1)), PurgeMarks.NONE, new TreeSet<>(List.of(new NodeId(2)))));
    assertThatThrownBy(
            () ->
                new ClusterState(
                    Clusters.ID, 1, 1, genesis.members(), genesis.tenants(), 2, strangerFilled))
        .hasMessageContaining("being filled");
    assertThatThrownBy(() -> new PurgeMarks(1, 2)).hasMessageContaining("promised only up to");
  }

  private static NodeStarted started(int node, String address, String zone, int incarnation) {
    return new NodeStarted(new NodeId(node), address, "local", zone, 1, incarnation, Releases.THIS);
  }

  private static Accepted accepted(Decision decision) {
    return assertThat(decision).asInstanceOf(type(Accepted.class)).actual();
  }

  private static String rejected(Decision decision) {
    return assertThat(decision).asInstanceOf(type(Rejected.class)).actual().reason();
  }
}
