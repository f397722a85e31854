package io.quorate.replication.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.hint.HintConfig;
import io.quorate.replication.hint.HintEvent;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.message.ReplicaMessage.SameTree;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.tree.KeepsAll;
import io.quorate.replication.tree.Trees;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which partitions a node compares, and when. */
class AntiEntropyTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final NodeId LEAVING = new NodeId(3);
  private static final PartitionPlacement BEFORE =
      new PartitionPlacement(1, List.of(LEAVING, OTHER));
  private static final PartitionPlacement CLEANUP =
      moving(4, List.of(SELF, OTHER), List.of(LEAVING, OTHER));
  private static final PartitionPlacement ENDED = new PartitionPlacement(5, List.of(SELF, OTHER));

  /** Before this node leaves, and while it does. */
  private static final PartitionPlacement OWNED = new PartitionPlacement(1, List.of(SELF, OTHER));

  private static final PartitionPlacement LEFT =
      moving(4, List.of(OTHER, LEAVING), List.of(SELF, OTHER));
  private static final Tenant ON_TWO = tenant(1, "two", 2);
  private static final Tenant ON_THREE = tenant(2, "three", 3);
  private static final int PURGED = 20;
  private static final Duration A_COMPARISON = Duration.ofSeconds(1);

  private final SimWorld world = SimWorld.of(1);
  private final SimLane lane = new SimLane(world, "a", world.random("lane"));
  private final SimClock clock = new SimClock(world, world.random("clock"));
  private final Storage storage =
      new MemoryDisk(DiskSpeed.FLASH)
          .mount(lane, new SimRandomness(world.random("disk")), StorageListener.NONE, health -> {});
  private final Map<Integer, Integer> compared = new TreeMap<>();
  private final Set<NodeId> away = new TreeSet<>();

  /** Happens once, when a comparison for a mark waits for what was missed to be durable. */
  private Runnable meanwhile = () -> {};

  private final Hints hints =
      new Hints(
          storage.hints(lane),
          this::takesWrites,
          clock,
          (hint, callback) -> {},
          BackgroundBudget.UNLIMITED,
          HintConfig.DEFAULT,
          this::happened);

  private void happened(Event event) {
    if (event instanceof HintEvent.RepairBegun) {
      lane.execute(meanwhile);
      meanwhile = () -> {};
    }
  }

  private boolean takesWrites(NodeId node) {
    return !away.contains(node);
  }

  /** Holds the same, and says so after a while. */
  private final class Same extends NoPeers {
    @Override
    public void compareTree(
        NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
      compared.merge(place.partition(), 1, Integer::sum);
      var unused = lane.schedule(A_COMPARISON.toNanos(), () -> callback.accept(SameTree.INSTANCE));
    }
  }

  /** More partitions await a purge than can be compared before the first is due again. */
  @Test
  void partitionsThatNoPurgeAwaitsHaveTheirTurn() {
    Placements placements = placements();
    var trees = new Trees(storage.records(lane), new KeepsAll(), clock, placements);
    AntiEntropy antiEntropy = antiEntropy(trees, RepairConfig.DEFAULT, placements);
    tickForEver(antiEntropy);
    world.runFor(Duration.ofMinutes(12));

    assertThat(compared).hasSize(PURGED + 2);
    assertThat(compared.get(PURGED)).isGreaterThanOrEqualTo(2);
    assertThat(compared.get(PURGED + 1)).isGreaterThanOrEqualTo(2);
    assertThat(compared.get(0)).as("as soon as possible").isGreaterThan(20);
  }

  private void tickForEver(AntiEntropy antiEntropy) {
    var unused =
        lane.schedule(
            10_000_000,
            () -> {
              antiEntropy.tick();
              tickForEver(antiEntropy);
            });
  }

  private static PartitionPlacement moving(long epoch, List<NodeId> list, List<NodeId> before) {
    return new PartitionPlacement(
        epoch,
        list,
        PurgeMarks.NONE,
        Collections.emptySortedSet(),
        new Move(Move.Step.CLEANUP, before, 2));
  }

  /** Compares what is marked, and nothing else. */
  private AntiEntropy ofMarks(PartitionPlacement placement) {
    return ofMarks(placements(List.of(placement)));
  }

  private AntiEntropy ofMarks(Placements placements) {
    var trees = new Trees(storage.records(lane), new KeepsAll(), clock, placements);
    RepairConfig usual = RepairConfig.DEFAULT;
    RepairConfig config =
        new RepairConfig(
            false,
            usual.intervalNanos(),
            usual.retryNanos(),
            usual.pageRecords(),
            usual.bringsMax(),
            usual.sessionsMax(),
            0);
    AntiEntropy antiEntropy = antiEntropy(trees, config, placements);
    tickForEver(antiEntropy);
    return antiEntropy;
  }

  private void learns(AntiEntropy antiEntropy, PartitionPlacement placement) {
    learns(antiEntropy, placements(List.of(placement)));
  }

  private void learns(AntiEntropy antiEntropy, Placements placements) {
    lane.execute(() -> antiEntropy.placementsChanged(placements));
    world.runFor(Duration.ofMillis(1));
  }

  private void owes(NodeId target) {
    lane.execute(() -> hints.markRepair(target, 0));
  }

  private List<NodeId> owedTo() {
    return hints.standings().stream()
        .filter(standing -> !standing.repairs().isEmpty())
        .map(Hints.Standing::target)
        .toList();
  }

  /** What the one that leaves brings goes to those that are heard, and it may be all there is. */
  @Test
  void aReplicaThatIsAwayWhileAnotherHandsOverIsComparedWithWhenItIsBack() {
    away.add(OTHER);
    AntiEntropy antiEntropy = ofMarks(CLEANUP);
    world.runFor(Duration.ofSeconds(5));
    assertThat(owedTo()).containsExactly(OTHER);
    learns(antiEntropy, ENDED);
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(compared).isEmpty();
    away.clear();
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsOnlyKeys(0);
    assertThat(owedTo()).isEmpty();
  }

  /** The one that leaves may have taken it for away for longer than this node has. */
  @Test
  void aReplicaThatWasAwayMeanwhileIsComparedWithAfterTheHandOver() {
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    world.runFor(Duration.ofSeconds(2));
    away.add(OTHER);
    learns(antiEntropy, CLEANUP);
    world.runFor(Duration.ofSeconds(5));
    away.clear();
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).isEmpty();
    assertThat(compared).containsEntry(0, 1);
    learns(antiEntropy, ENDED);
    assertThat(owedTo()).containsExactly(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 2);
    assertThat(owedTo()).isEmpty();
  }

  /** The one that leaves may be done with it by then. */
  @Test
  void aReplicaThatIsAwayJustWhenTheHandOverBeginsIsComparedWith() {
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    world.runFor(Duration.ofSeconds(2));
    away.add(OTHER);
    learns(antiEntropy, CLEANUP);
    away.clear();
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 1);
    learns(antiEntropy, ENDED);
    assertThat(owedTo()).containsExactly(OTHER);
  }

  @Test
  void aReplicaThatIsAwayForAMomentOfTheHandOverIsComparedWith() {
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    world.runFor(Duration.ofSeconds(2));
    learns(antiEntropy, CLEANUP);
    world.runFor(Duration.ofMillis(5_300));
    away.add(OTHER);
    world.runFor(Duration.ofMillis(200));
    away.clear();
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 1);
  }

  /** The one that leaves may do so between two looks. */
  @Test
  void aReplicaThatIsAwayJustWhenTheHandOverEndsIsComparedWith() {
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    world.runFor(Duration.ofSeconds(2));
    learns(antiEntropy, CLEANUP);
    world.runFor(Duration.ofMillis(5_005));
    away.add(OTHER);
    learns(antiEntropy, ENDED);
    away.clear();
    assertThat(owedTo()).containsExactly(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 1);
  }

  /** It is brought nothing, though it is there: what it is filled from may lack the same. */
  @Test
  void aReplicaThatIsFilledDuringTheHandOverIsComparedWithAfterIt() {
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    world.runFor(Duration.ofSeconds(2));
    PartitionPlacement filling = CLEANUP.filling(new TreeSet<>(Set.of(OTHER)));
    learns(antiEntropy, filling);
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).as("it answers, and would be taken for a node that lags").isEmpty();
    learns(antiEntropy, filling.filled(OTHER));
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).isEmpty();
    learns(antiEntropy, new PartitionPlacement(6, List.of(SELF, OTHER)));
    assertThat(owedTo()).containsExactly(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 1);
    assertThat(owedTo()).isEmpty();
  }

  /** It may be learned only then that it was filled before the hand-over was done. */
  @Test
  void aReplicaThatIsBeingFilledWhenTheHandOverEndsIsComparedWithWhenItIsFull() {
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    world.runFor(Duration.ofSeconds(2));
    learns(antiEntropy, CLEANUP);
    world.runFor(Duration.ofSeconds(2));
    PartitionPlacement filling = ENDED.filling(new TreeSet<>(Set.of(OTHER)));
    learns(antiEntropy, filling);
    assertThat(owedTo()).containsExactly(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).isEmpty();
    learns(antiEntropy, filling.filled(OTHER));
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 1);
    assertThat(owedTo()).isEmpty();
  }

  /** A node that has just started has heard no other yet. */
  @Test
  void noReplicaIsTakenForAwayRightAfterAStart() {
    away.add(OTHER);
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    learns(antiEntropy, CLEANUP);
    world.runFor(Duration.ofMillis(500));
    away.clear();
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).isEmpty();
  }

  /** It cannot tell who was away before its start. */
  @Test
  void aNodeThatStartsDuringTheHandOverComparesItselfWithAllAfterwards() {
    AntiEntropy antiEntropy = ofMarks(CLEANUP);
    world.runFor(Duration.ofSeconds(5));
    assertThat(owedTo()).isEmpty();
    learns(antiEntropy, ENDED);
    assertThat(owedTo()).containsExactly(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 1);
    assertThat(owedTo()).isEmpty();
  }

  @Test
  void replicasThatAreThereAllTheTimeAreOwedNothing() {
    AntiEntropy antiEntropy = ofMarks(BEFORE);
    world.runFor(Duration.ofSeconds(2));
    learns(antiEntropy, CLEANUP);
    world.runFor(Duration.ofSeconds(5));
    learns(antiEntropy, ENDED);
    world.runFor(Duration.ofSeconds(5));
    assertThat(owedTo()).isEmpty();
    assertThat(compared).isEmpty();
  }

  /** Until then it is this node alone that may have what is lacking there. */
  @Test
  void aNodeThatLeavesKeepsItsMarksUntilItHasHandedOver() {
    AntiEntropy antiEntropy = ofMarks(OWNED);
    away.add(OTHER);
    owes(OTHER);
    learns(antiEntropy, LEFT);
    world.runFor(Duration.ofSeconds(5));
    assertThat(owedTo()).containsExactly(OTHER);
    away.clear();
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(compared).isEmpty();
    learns(antiEntropy, new PartitionPlacement(5, List.of(OTHER, LEAVING)));
    assertThat(owedTo()).isEmpty();
  }

  /** It has read what it holds, and need not do so first. */
  private AntiEntropy comparedBefore(Placements placements) {
    AntiEntropy antiEntropy = ofMarks(placements);
    owes(OTHER);
    world.runFor(Duration.ofSeconds(30));
    assertThat(owedTo()).isEmpty();
    compared.clear();
    return antiEntropy;
  }

  /** There is nothing that it could compare any more, which is no comparison. */
  @Test
  void aMarkStaysIfItsNodeBeginsToLeaveBeforeTheComparison() {
    AntiEntropy antiEntropy = comparedBefore(placements(List.of(OWNED)));
    meanwhile = () -> antiEntropy.placementsChanged(placements(List.of(LEFT)));
    owes(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(compared).isEmpty();
    learns(antiEntropy, OWNED);
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsEntry(0, 1);
    assertThat(owedTo()).isEmpty();
  }

  /** It may not come back at all. */
  @Test
  void aMarkPassesToTheOthersIfItsTargetLeavesWhileItIsAway() {
    AntiEntropy antiEntropy = ofMarks(OWNED);
    away.addAll(List.of(OTHER, LEAVING));
    owes(OTHER);
    learns(antiEntropy, moving(4, List.of(SELF, LEAVING), List.of(SELF, OTHER)));
    assertThat(owedTo()).containsExactly(LEAVING);
  }

  /** As one of a dead letter: a change of another partition is no reason to look at it. */
  @Test
  void aMarkOfANodeThatIsNoReplicaPassesToTheOthersWhenTheMembersChange() {
    PartitionPlacement moved = new PartitionPlacement(2, List.of(SELF, OTHER));
    AntiEntropy antiEntropy = ofMarks(placements(List.of(OWNED, OWNED)));
    away.addAll(List.of(OTHER, LEAVING));
    owes(LEAVING);
    learns(antiEntropy, placements(List.of(OWNED, moved)));
    assertThat(owedTo()).containsExactly(LEAVING);
    Map<NodeId, Member> members = Map.of(SELF, member(SELF, "us"), OTHER, member(OTHER, "us"));
    learns(
        antiEntropy,
        new Placements(1, members, Map.of("t", tenant(1, "t", 2)), List.of(OWNED, moved)));
    assertThat(owedTo()).containsExactly(OTHER);
  }

  /** It is made when the change is known already, and no node will tell that this one is back. */
  @Test
  void aMarkOfANodeThatHasLeftTheClusterPassesToThoseThatAreReplicas() {
    AntiEntropy antiEntropy = ofMarks(OWNED);
    away.addAll(List.of(OTHER, LEAVING));
    lane.execute(() -> hints.setMembers(Set.of(SELF, OTHER)));
    owes(LEAVING);
    world.runFor(Duration.ofSeconds(1));
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(antiEntropy.standing().sessions()).isZero();
  }

  /** It is given up, and the partition has still to be placed elsewhere. */
  @Test
  void aReplicaThatHasLeftTheClusterIsNotComparedWith() {
    AntiEntropy antiEntropy = comparedBefore(placements(List.of(OWNED)));
    away.add(OTHER);
    lane.execute(() -> hints.setMembers(Set.of(SELF)));
    owes(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(compared).isEmpty();
    learns(antiEntropy, new PartitionPlacement(2, List.of(SELF, LEAVING)));
    assertThat(owedTo()).containsExactly(LEAVING);
  }

  /** As one of a dead letter that an operator drops. */
  @Test
  void aMarkOfANodeThatIsNoReplicaPassesToThoseThatAre() {
    AntiEntropy antiEntropy = comparedBefore(placements(List.of(OWNED)));
    away.add(OTHER);
    owes(LEAVING);
    world.runFor(Duration.ofSeconds(1));
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(antiEntropy.standing().sessions()).isZero();
  }

  /** It is a replica of the partition, but of none of the tenants that this node holds. */
  @Test
  void aMarkOfANodeThatSharesNoTenantPassesToTheNodesThatShareOne() {
    AntiEntropy antiEntropy = ofMarks(ofTwoRegions());
    away.add(LEAVING);
    owes(OTHER);
    world.runFor(Duration.ofSeconds(1));
    assertThat(owedTo()).containsExactly(LEAVING);
    away.clear();
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).isEmpty();
    assertThat(compared).containsOnlyKeys(0);
    assertThat(antiEntropy.standing().sessions()).isZero();
  }

  /** What it holds by then it has still to be brought. */
  @Test
  void aMarkStaysIfAReplicaIsToBeFilledBeforeTheComparison() {
    AntiEntropy antiEntropy = comparedBefore(placements(List.of(OWNED)));
    meanwhile =
        () ->
            antiEntropy.placementsChanged(
                placements(List.of(OWNED.filling(new TreeSet<>(Set.of(SELF))))));
    owes(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(compared).isEmpty();
  }

  /** For the other tenants it is compared; of these it is owed what the node hands over. */
  @Test
  void aMarkStaysIfItsNodeLeavesForSomeTenantsBeforeTheComparison() {
    AntiEntropy antiEntropy = comparedBefore(ofTwoTenants(ownedByThree()));
    meanwhile =
        () ->
            antiEntropy.placementsChanged(
                ofTwoTenants(
                    moving(4, List.of(OTHER, LEAVING, SELF), List.of(SELF, OTHER, LEAVING))));
    owes(OTHER);
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).containsExactly(OTHER);
    assertThat(compared).containsOnlyKeys(0);
    learns(antiEntropy, ofTwoTenants(new PartitionPlacement(5, List.of(OTHER, LEAVING, SELF))));
    world.runFor(Duration.ofSeconds(20));
    assertThat(owedTo()).isEmpty();
  }

  /** What it lacks of the others another replica may lack instead. */
  @Test
  void aMarkStandsForTheOthersIfItsTargetLeavesForSomeTenants() {
    AntiEntropy antiEntropy = comparedBefore(ofTwoTenants(ownedByThree()));
    away.add(OTHER);
    owes(OTHER);
    learns(
        antiEntropy,
        ofTwoTenants(moving(4, List.of(SELF, LEAVING, OTHER), List.of(SELF, OTHER, LEAVING))));
    assertThat(owedTo()).containsExactly(OTHER, LEAVING);
  }

  /** It cannot tell what has changed since the mark was made. */
  @Test
  void aMarkStandsForTheOthersIfItsTargetLeftForSomeTenantsWhileThisNodeWasDown() {
    away.addAll(List.of(OTHER, LEAVING));
    owes(OTHER);
    world.runFor(Duration.ofMillis(1));
    AntiEntropy unused =
        ofMarks(ofTwoTenants(new PartitionPlacement(5, List.of(SELF, LEAVING, OTHER))));
    assertThat(owedTo()).containsExactly(OTHER, LEAVING);
  }

  @Test
  void aNodeThatStartsMarksNoOthersForATargetThatHasLeftNothing() {
    away.addAll(List.of(OTHER, LEAVING));
    owes(OTHER);
    world.runFor(Duration.ofMillis(1));
    AntiEntropy unused = ofMarks(ofTwoTenants(ownedByThree()));
    assertThat(owedTo()).containsExactly(OTHER);
  }

  /** Partitions are being filled, or this node hands them over. */
  @Test
  void marksThatRestHoldUpNoOthers() {
    PartitionPlacement filling = OWNED.filling(new TreeSet<>(Set.of(OTHER)));
    List<PartitionPlacement> partitions = new ArrayList<>(Collections.nCopies(2_000, filling));
    partitions.add(OWNED);
    AntiEntropy antiEntropy = ofMarks(placements(partitions));
    lane.execute(
        () -> {
          for (int partition = 0; partition < partitions.size(); partition++) {
            hints.markRepair(OTHER, partition);
          }
        });
    world.runFor(Duration.ofSeconds(20));
    assertThat(compared).containsOnlyKeys(partitions.size() - 1);
    assertThat(antiEntropy.standing().sessions()).isZero();
  }

  /** Not all that it was to be compared for has been. */
  @Test
  void aComparisonIsMadeAgainIfTheTargetLeftForSomeTenantsMeanwhile() {
    AntiEntropy antiEntropy = comparedBefore(ofTwoTenants(ownedByThree()));
    away.add(LEAVING);
    meanwhile =
        () ->
            antiEntropy.placementsChanged(
                ofTwoTenants(
                    moving(4, List.of(SELF, LEAVING, OTHER), List.of(SELF, OTHER, LEAVING))));
    owes(OTHER);
    world.runFor(Duration.ofSeconds(30));
    assertThat(compared).containsEntry(0, 2);
    assertThat(owedTo()).containsExactly(LEAVING);
  }

  private static PartitionPlacement ownedByThree() {
    return new PartitionPlacement(1, List.of(SELF, OTHER, LEAVING));
  }

  private static Placements ofTwoTenants(PartitionPlacement placement) {
    return new Placements(
        1, Map.of(), Map.of("two", ON_TWO, "three", ON_THREE), List.of(placement));
  }

  /** One tenant is replicated twice in the region of this node, one once in another region. */
  private static Placements ofTwoRegions() {
    Map<NodeId, Member> nodes =
        Map.of(
            SELF, member(SELF, "us"), LEAVING, member(LEAVING, "us"), OTHER, member(OTHER, "eu"));
    Map<String, Tenant> tenants = Map.of("us", inRegion(1, "us", 2), "eu", inRegion(2, "eu", 1));
    return new Placements(1, nodes, tenants, List.of(ownedByThree()));
  }

  private static Member member(NodeId id, String region) {
    return new Member(id, "node:1", region, "", 1);
  }

  private static Tenant inRegion(int id, String region, int replicas) {
    var factor = ReplicationFactor.byRegion(new TreeMap<>(Map.of(region, replicas)));
    return new Tenant(id, region, factor, TenantSettings.NONE);
  }

  private static Tenant tenant(int id, String name, int replicas) {
    return new Tenant(id, name, replicas, Level.QUORUM, Level.QUORUM, 0);
  }

  private AntiEntropy antiEntropy(Trees trees, RepairConfig config, Placements placements) {
    return new AntiEntropy(
        new AntiEntropy.Collaborators(
            SELF,
            trees,
            hints,
            new Same(),
            this::takesWrites,
            clock,
            BackgroundBudget.UNLIMITED,
            config,
            event -> {}),
        placements);
  }

  private static Placements placements() {
    List<NodeId> owners = List.of(SELF, OTHER);
    PurgeMarks open = new PurgeMarks(5, 0);
    List<PartitionPlacement> partitions =
        new ArrayList<>(
            Collections.nCopies(
                PURGED, new PartitionPlacement(1, owners, open, Collections.emptySortedSet())));
    partitions.addAll(Collections.nCopies(2, new PartitionPlacement(1, owners)));
    return placements(partitions);
  }

  private static Placements placements(List<PartitionPlacement> partitions) {
    return new Placements(1, Map.of(), Map.of("t", tenant(1, "t", 2)), partitions);
  }
}
