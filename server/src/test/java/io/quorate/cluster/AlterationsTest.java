package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Stage;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a tenant comes to another replication factor, partition by partition. */
@Tag("patient")
class AlterationsTest {
  private static final int PARTITIONS = 2;

  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(5), PARTITIONS);
  private long index = 1;

  @ParameterizedTest
  @CsvSource({"3, 5", "5, 3", "3, 1", "1, 3", "4, 2"})
  void partitionsComeToItOneByOneAndThenTheTenantHasIt(int before, int after) {
    accept(new CreateTenant("t", before, null, null, 0));
    List<NodeId> list = state.partitions().getFirst().preferenceList();
    alter("t", after);
    assertThat(tenant("t").replication()).isEqualTo(Replication.of(before).altered(index, after));
    assertThat(state.awaitingMove()).containsExactly(0, 1);
    assertThat(state.change().needsPlan()).as("the lists are long enough").isFalse();
    assertThat(stage(0, "t")).isEqualTo(new Stage.Stable(list.subList(0, before)));

    step(0, Kind.BEGIN);
    assertThat(stage(0, "t"))
        .asInstanceOf(type(Stage.Moving.class))
        .matches(moving -> moving.old().equals(list.subList(0, before)))
        .matches(moving -> moving.next().equals(list.subList(0, after)))
        .matches(moving -> !moving.readsNext());
    assertThat(stage(1, "t").replicas()).hasSize(before);
    assertThat(stage(0, Tenant.DEFAULT_NAME)).isInstanceOf(Stage.Stable.class);
    step(0, Kind.CUT_OVER);
    assertThat(stage(0, "t").readColumn()).isEqualTo(list.subList(0, after));
    step(0, Kind.FINISH);
    assertThat(stage(0, "t"))
        .isEqualTo(
            new Stage.Stable(
                list.subList(0, after),
                list.subList(0, after),
                ReplicationFactor.of(before),
                Regions.UNDIVIDED));
    assertThat(factor(0, "t")).isEqualTo(new Factor(before, after));
    step(0, Kind.END);
    assertThat(factor(0, "t")).isEqualTo(Factor.of(after));
    assertThat(tenant("t").replication().isAltered()).as("partition 1 is still to come").isTrue();

    climb(1);
    assertThat(tenant("t").replication()).isEqualTo(Replication.of(after));
    assertThat(state.isChanging()).isFalse();
    assertThat(state.partitions()).extracting(PartitionPlacement::preferenceList).contains(list);
  }

  @Test
  void asManyReplicasAsThereAreNodesAndNoMore() {
    assertThat(rejected(new AlterTenant("", nothing(), 6)))
        .contains("'default'", "replication factor 6", "5 nodes", "add nodes first");
    assertThat(rejected(new AlterTenant("", nothing(), -1))).contains("-1: give at least 1");
    accept(new Join(new NodeId(6), "host-6:7400", "local", "d", 1, true, Releases.THIS));
    assertThat(rejected(new AlterTenant("", nothing(), 6))).as("a spare one").contains("5 nodes");
    alter("", 5);
    assertThat(rejected(new RemoveNode(new NodeId(1)))).contains("replication factor 5");
  }

  /** Lists name seven nodes at most, however many there are. */
  @Test
  void moreReplicasThanListsCanHaveAreRefused() {
    state = Genesis.create(Clusters.ID, Clusters.members(9), PARTITIONS);
    AlterTenant eight = new AlterTenant("", nothing(), 8);
    assertThat(rejected(eight)).contains("'default'", "replication factor 8", "at most 7");
    assertThat(rejected(new Requested(new RequestKey(1, 2), 0, 0, null, eight)))
        .contains("at most 7");
    alter("", 7);
    assertThat(state.change().needsPlan()).isTrue();
  }

  /** Members of the release before fold it in; none of this release has it get into the log. */
  @Test
  void atTheFirstVersionTheyAreFoldedInAndNotProposed() {
    state = Clusters.ofTheReleaseBefore(9);
    AlterTenant eight = new AlterTenant("", nothing(), 8);
    accept(eight);
    assertThat(CommandRules.refusalOfNew(eight)).contains("at most 7");
    assertThat(CommandRules.refusalOfNew(new AlterTenant("", nothing(), 7))).isNull();
  }

  @Test
  void aNodeMayBeRemovedAsSoonAsTheTenantIsToHaveFewerReplicas() {
    accept(new CreateTenant("t", 5, null, null, 0));
    assertThat(rejected(new RemoveNode(new NodeId(1)))).contains("replication factor 5");
    alter("t", 4);
    accept(new RemoveNode(new NodeId(1)));
    assertThat(rejected(new RemoveNode(new NodeId(2)))).contains("replication factor 4");
  }

  @Test
  void aLevelThatFewerReplicasCouldNeverReachIsRefusedAndMayBeAlteredWithIt() {
    accept(new CreateTenant("t", 5, null, new Level.Count(4), 0));
    assertThat(rejected(new AlterTenant("t", nothing(), 3)))
        .contains("write level 4", "needs 4 replicas", "has 3");
    accept(new AlterTenant("t", TenantSettings.of(null, Level.QUORUM, null), 3));
    assertThat(tenant("t").writeLevel()).isEqualTo(Level.QUORUM);
    assertThat(rejected(new AlterTenant("t", null, new Level.Count(4), null)))
        .as("while it is under way, too")
        .contains("write level 4");
  }

  @Test
  void listsThatAreTooShortArePlannedAgainFirst() {
    state = Genesis.create(Clusters.ID, Clusters.members(3), PARTITIONS);
    accept(new Join(new NodeId(4), "host-4:7400", "local", "d", 1, false, Releases.THIS));
    accept(new PlanChange(state.change().wishedAt(), new TreeMap<>()));
    alter("", 4);
    assertThat(state.change().needsPlan()).isTrue();
    assertThat(rejected(new StepMoves(List.of(new MoveStep(0, epoch(0), Kind.BEGIN)))))
        .contains("nowhere to go");
    TreeMap<Integer, List<NodeId>> longer = new TreeMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<NodeId> list = new ArrayList<>(state.partitions().get(partition).preferenceList());
      list.add(new NodeId(4));
      longer.put(partition, list);
    }
    accept(new PlanChange(state.change().wishedAt(), longer));
    climb(0);
    climb(1);
    assertThat(tenant("").replication()).isEqualTo(Replication.of(4));
    assertThat(state.partitions()).allMatch(each -> each.preferenceList().size() == 4);
  }

  @Test
  void severalTenantsComeToTheirsInOneMove() {
    accept(new CreateTenant("small", 1, null, null, 0));
    accept(new CreateTenant("large", 5, null, null, 0));
    alter("small", 3);
    alter("large", 3);
    step(0, Kind.BEGIN);
    assertThat(List.of(factor(0, "small"), factor(0, "large")))
        .containsExactly(new Factor(1, 3), new Factor(5, 3));
    alter("small", 2);
    assertThat(factor(0, "small")).as("it is in the middle").isEqualTo(new Factor(1, 3));
    assertThat(state.awaitingMove()).as("once more").containsExactly(0, 1);
    finish(0);
    climb(1);
    assertThat(factor(1, "small")).as("it was spared the detour").isEqualTo(Factor.of(2));
    climb(0);
    assertThat(factor(0, "small")).isEqualTo(Factor.of(2));
    assertThat(state.replications()).noneMatch(Replication::isAltered);
  }

  @Test
  void aCancelledChangeReturnsAllPartitionsToTheirLists() {
    alter("", 5);
    climb(0);
    step(1, Kind.BEGIN);
    accept(new CancelChange());
    assertThat(factor(1, "")).as("it left DUAL_WRITE in one step").isEqualTo(new Factor(5, 3));
    assertThat(stage(1, "").replicas()).hasSize(3);
    assertThat(state.awaitingMove()).as("it had come through").containsExactly(0);
    step(1, Kind.END);
    step(0, Kind.BEGIN);
    assertThat(factor(0, "")).isEqualTo(new Factor(5, 3));
    Move back = state.partitions().getFirst().move();
    accept(new CancelChange());
    assertThat(state.partitions().getFirst().move())
        .as("who is on the way back goes on")
        .isEqualTo(back);
    finish(0);
    assertThat(tenant("").replication()).isEqualTo(Replication.of(3));
    assertThat(rejected(new CancelChange())).contains("nothing to cancel");
  }

  /** It may be dead, and two replicas of which one is dead pass no barrier. */
  @Test
  void aMoveToFewerReplicasTurnsBackFromOneOfThemThatIsToLeave() {
    alter("", 2);
    step(0, Kind.BEGIN);
    accept(new RemoveNode(replica(0, 1)));
    assertThat(move(0).step()).isEqualTo(Step.CLEANUP);
    assertThat(factor(0, "")).as("as before").isEqualTo(new Factor(2, 3));
  }

  @Test
  void itGoesOnWhereThatNodeIsNoReplicaAfterwards() {
    alter("", 2);
    step(0, Kind.BEGIN);
    Move begun = move(0);
    accept(new RemoveNode(replica(0, 2)));
    assertThat(move(0)).isEqualTo(begun);
  }

  @Test
  void aMoveToMoreReplicasTurnsBackFromOneThatComesAndIsToLeave() {
    alter("", 5);
    step(0, Kind.BEGIN);
    step(1, Kind.BEGIN);
    Move begun = move(1);
    NodeId leaving = replica(0, 4);
    accept(new AlterTenant("", nothing(), 4)); // else it could not leave
    accept(new RemoveNode(leaving));
    assertThat(move(0).step()).isEqualTo(Step.CLEANUP);
    assertThat(move(1).equals(begun)).isEqualTo(replicas(1, 3).contains(leaving));
  }

  /** Members of the release before let it go on, and fold the same log. */
  @Test
  void atTheFirstVersionItGoesOn() {
    state = Clusters.ofTheReleaseBefore(5);
    alter("", 2);
    step(0, Kind.BEGIN);
    Move begun = move(0);
    accept(new RemoveNode(replica(0, 1)));
    assertThat(move(0)).isEqualTo(begun);
  }

  @Test
  void whatHadComeToFewerReplicasIsPlannedWhenItIsCalledOff() {
    alter("", 2);
    for (long node = 1; node <= 3; node++) {
      accept(new RemoveNode(new NodeId(node)));
    }
    List<NodeId> left = List.of(new NodeId(4), new NodeId(5));
    accept(new PlanChange(state.change().wishedAt(), new TreeMap<>(Map.of(0, left))));
    climb(0);
    assertThat(stage(0, "").replicas()).isEqualTo(left);
    assertThat(state.change().needsPlan()).isFalse();

    accept(new CancelChange());
    assertThat(tenant("").replication().goal().replicas()).isEqualTo(3);
    assertThat(state.change().needsPlan()).as("two of three replicas have a place").isTrue();
  }

  @Test
  void whatNoPartitionHadBegunIsForgottenWhenItIsTakenBack() {
    alter("", 5);
    alter("", 3);
    assertThat(tenant("").replication()).isEqualTo(Replication.of(3));
    assertThat(state.isChanging()).isFalse();
  }

  @Test
  void aTenantThatIsAlteredRepeatedlyHasToWait() {
    for (int i = 0; i < Alterations.PENDING_MAX; i++) {
      alter("", i % 2 == 0 ? 5 : 4);
      step(0, Kind.BEGIN);
      finish(0);
    }
    // Only what some partition has, or is to have, is remembered.
    assertThat(tenant("").replication().alterations()).hasSizeLessThanOrEqualTo(2);
  }

  /**
   * The comparison of replicas under one epoch relies on this: while a partition keeps its epoch,
   * each tenant keeps its factor there; and how many replicas it has is never less than the smaller
   * of what it had and is to have.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theFactorOfATenantInAPartitionChangesWithTheEpochOnly(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    accept(new CreateTenant("t", 1, null, null, 0));
    int settled = 0;
    for (int i = 0; i < 2_000; i++) {
      ClusterState before = state;
      Command command = anything(random);
      if (state.apply(command, index + 1) instanceof Accepted(ClusterState next, var warnings)) {
        index++;
        state = next;
      }
      for (int partition = 0; partition < PARTITIONS; partition++) {
        PartitionPlacement was = before.partitions().get(partition);
        PartitionPlacement is = state.partitions().get(partition);
        for (Tenant tenant : state.tenants().values()) {
          Tenant old = Objects.requireNonNull(before.tenants().get(tenant.name()));
          if (was.epoch() == is.epoch()) {
            assertThat(is.factor(tenant.replication(), Regions.UNDIVIDED))
                .as("%s in partition %d after %s", tenant.name(), partition, command)
                .isEqualTo(was.factor(old.replication(), Regions.UNDIVIDED));
          }
          Stage stage = is.stage(is.factor(tenant.replication(), Regions.UNDIVIDED));
          assertThat(stage.replicas().size())
              .isBetween(tenant.replication().smallest(), largest(tenant.replication()));
        }
      }
      assertThat(ClusterStateCodec.decode(ClusterStateCodec.encode(state))).isEqualTo(state);
      settled += state.isChanging() ? 0 : 1;
    }
    assertThat(settled).as("it came to its end now and then").isPositive();
  }

  private Command anything(RandomGenerator random) {
    String name = random.nextBoolean() ? "t" : "";
    return switch (random.nextInt(20)) {
      case 0 -> new AlterTenant(name, nothing(), 1 + random.nextInt(6));
      case 1 -> random.nextInt(3) == 0 ? new CancelChange() : someStep(random);
      default -> someStep(random);
    };
  }

  private Command someStep(RandomGenerator random) {
    List<MoveStep> steps = new ArrayList<>();
    int partition = random.nextInt(PARTITIONS);
    List<Kind> kinds = List.of(Kind.values());
    Kind kind = kinds.get(random.nextInt(kinds.size()));
    steps.add(new MoveStep(partition, epoch(partition), kind));
    return new StepMoves(steps);
  }

  private void alter(String name, int factor) {
    accept(new AlterTenant(name, nothing(), factor));
  }

  private static TenantSettings nothing() {
    return TenantSettings.NONE;
  }

  private void climb(int partition) {
    while (state.awaitingMove().contains(partition)) {
      step(partition, Kind.BEGIN);
      finish(partition);
    }
  }

  private void finish(int partition) {
    if (state.partitions().get(partition).move() != null) {
      step(partition, Kind.CUT_OVER);
      step(partition, Kind.FINISH);
      step(partition, Kind.END);
    }
  }

  private void step(int partition, Kind kind) {
    accept(new StepMoves(List.of(new MoveStep(partition, epoch(partition), kind))));
  }

  private Move move(int partition) {
    return Objects.requireNonNull(state.partitions().get(partition).move());
  }

  private NodeId replica(int partition, int place) {
    return state.partitions().get(partition).preferenceList().get(place);
  }

  private List<NodeId> replicas(int partition, int count) {
    return state.partitions().get(partition).preferenceList().subList(0, count);
  }

  private long epoch(int partition) {
    return state.partitions().get(partition).epoch();
  }

  private static int largest(Replication replication) {
    return replication.all().stream().mapToInt(ReplicationFactor::replicas).max().orElseThrow();
  }

  private Tenant tenant(String name) {
    return Objects.requireNonNull(state.tenants().get(name.isEmpty() ? "default" : name));
  }

  private Factor factor(int partition, String name) {
    return state.partitions().get(partition).factor(tenant(name).replication(), Regions.UNDIVIDED);
  }

  private Stage stage(int partition, String name) {
    return state.partitions().get(partition).stage(factor(partition, name));
  }

  private void accept(Command command) {
    Decision decision = state.apply(command, ++index);
    assertThat(decision).as("%s", command).isInstanceOf(Accepted.class);
    state = ((Accepted) decision).next();
  }

  private String rejected(Command command) {
    Decision decision = state.apply(command, index + 1);
    assertThat(decision).as("%s", command).isInstanceOf(Rejected.class);
    return ((Rejected) decision).reason();
  }
}
