package io.quorate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.Command.AcknowledgeLoss;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.TenantSettings;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The ids of changes, and the conditions of requests. */
class RequestsTest {
  private static final RequestKey REQUEST = new RequestKey(3, 4);
  private static final long CONTENT = 5;

  private ClusterState state = Genesis.create(Clusters.ID, Clusters.members(5), 4);
  private long index = 1;

  @Test
  void aChangeOfTheTopologyIsKnownByTheIndexAtWhichItWasAccepted() {
    assertThat(state.change().id()).isZero();
    isAChange(join(6, false));
    accept(join(7, true));
    isAChange(new AddNode(new NodeId(7)));
    isAChange(new RemoveNode(new NodeId(7)));
    accept(join(8, true));
    isAChange(new ReplaceNode(new NodeId(1), new NodeId(8)));
    isAChange(new MoveNode(new NodeId(2), "local", "elsewhere"));
    isAChange(new Rebalance());
    isAChange(altered(5)); // needs no plan: lists are long enough
    isAChange(altered(3));
    isAChange(new CancelChange());
    isAChange(new GiveUpNodes(new TreeSet<>(List.of(new NodeId(3), new NodeId(4))), true));
  }

  /** Otherwise a plan that an operator reads for a minute would almost always be outdated. */
  @Test
  void aStepThatCarriesOutAChangeIsNoChange() {
    accept(join(6, false));
    long id = state.change().id();
    TreeMap<Integer, List<NodeId>> targets = new TreeMap<>();
    List<NodeId> next = new java.util.ArrayList<>(state.partitions().getFirst().preferenceList());
    next.set(0, new NodeId(6));
    targets.put(0, next);
    for (Command other :
        List.of(
            join(7, true),
            new PlanChange(state.change().wishedAt(), targets),
            new StepMoves(
                List.of(
                    new MoveStep(0, state.partitions().getFirst().epoch(), MoveStep.Kind.BEGIN))),
            new LimitChange(3, null, true, null),
            new MarkDown(new NodeId(2), true),
            new NodeStarted(new NodeId(1), "host-1:7400", "local", "a", 1, 2, Releases.THIS),
            new AlterTenant("default", null, null, 7L),
            new AcknowledgeLoss())) {
      ClusterState before = state;
      if (state.apply(other, index + 1) instanceof Accepted) {
        accept(other);
      }
      assertThat(state.change().id()).as("%s", other).isEqualTo(id);
      assertThat(before.change().id()).isEqualTo(id);
    }
    assertThat(state.partitions().getFirst().move()).isNotNull();
    assertThat(state.members().get(new NodeId(2)))
        .isNotNull()
        .satisfies(member -> assertThat(member.down()).isTrue());
    assertThat(state.change().limits().paused()).isTrue();
  }

  /** The plan was made for another state, and would be carried out differently. */
  @Test
  void aPlanIsOutOfDateOnceANodeHasAnotherWeightOrIsReplaced() {
    long seen = state.stateVersion();
    isAChange(new NodeStarted(new NodeId(1), "host-1:7400", "local", "a", 2.5, 2, Releases.THIS));
    assertThat(state.apply(new Requested(REQUEST, CONTENT, seen, new Rebalance()), index + 1))
        .isInstanceOf(Rejected.class);
    long id = state.change().id();
    accept(new NodeStarted(new NodeId(1), "host-1:7400", "local", "a", 2.5, 3, Releases.THIS));
    accept(new Command.Readmit(new NodeId(2), false));
    assertThat(state.change().id()).isEqualTo(id);
    Member lost = Objects.requireNonNull(state.members().get(new NodeId(2)));
    isAChange(
        new NodeReplaced(
            lost.id(),
            new NodeId(12),
            lost.address(),
            lost.region(),
            lost.zone(),
            lost.weight(),
            Releases.THIS));
  }

  @Test
  void whatIsSoAlreadyIsNoOtherChange() {
    isAChange(new RemoveNode(new NodeId(5)));
    long id = state.change().id();
    accept(new RemoveNode(new NodeId(5)));
    accept(new AddNode(new NodeId(1)));
    accept(new MoveNode(new NodeId(1), "", ""));
    assertThat(state.change().id()).isEqualTo(id);
  }

  @Test
  void aRequestIsFoldedInAsWhatItAsksFor() {
    ClusterState plain = accepted(new RemoveNode(new NodeId(5)));
    ClusterState requested =
        accepted(
            new Requested(REQUEST, CONTENT, state.stateVersion(), new RemoveNode(new NodeId(5))));

    assertThat(requested).isEqualTo(plain);
    assertThat(requested.change().id()).isEqualTo(index + 1);
  }

  @Test
  void aRequestIsRefusedOnceAnotherChangeWasAcceptedThanItsAuthorHasSeen() {
    long seen = state.stateVersion();
    accept(new RemoveNode(new NodeId(5)));
    Requested late = new Requested(REQUEST, CONTENT, seen, new Rebalance());

    assertThat(state.apply(late, index + 1))
        .asInstanceOf(type(Rejected.class))
        .extracting(Rejected::reason)
        .asString()
        .contains(
            "the topology was changed meanwhile",
            "change %d was accepted".formatted(index),
            "state version %d".formatted(seen));

    accept(new Requested(REQUEST, CONTENT, index, new Rebalance()));
  }

  @Test
  void stepsAndOtherTenantsDoNotStandInTheWayOfARequest() {
    accept(new RemoveNode(new NodeId(5)));
    long seen = index;
    accept(new PlanChange(state.change().wishedAt(), new TreeMap<>()));
    accept(new MarkDown(new NodeId(2), true));
    accept(new Command.CreateTenant("orders", 3, null, null, 0));
    accept(new LimitChange(2, null, null, null));

    accept(new Requested(REQUEST, CONTENT, seen, new Rebalance()));
  }

  @Test
  void aStateThatThereHasNotBeenIsNotExpected() {
    assertThat(state.apply(new Requested(REQUEST, CONTENT, 9_000, new Rebalance()), index + 1))
        .asInstanceOf(type(Rejected.class))
        .extracting(Rejected::reason)
        .asString()
        .contains("state version 9000", "another cluster");
    assertThat(state.apply(new Requested(REQUEST, CONTENT, -1, new Rebalance()), index + 1))
        .isInstanceOf(Rejected.class);
  }

  /** Otherwise a change that is refused would leave its limits behind, for later ones. */
  @Test
  void limitsComeWithAChangeThatIsAcceptedAndWithNoOther() {
    LimitChange limits = new LimitChange(300, null, null, true);
    accept(new LimitChange(7, 5L, false, false));
    Change.Limits before = state.change().limits();
    for (Requested refused :
        List.of(
            new Requested(REQUEST, CONTENT, 0, limits, new RemoveNode(new NodeId(99))),
            new Requested(REQUEST, CONTENT, 9_000, limits, new Rebalance()),
            new Requested(
                REQUEST, CONTENT, 0, new LimitChange(0, null, null, null), new Rebalance()))) {
      assertThat(state.apply(refused, index + 1)).isInstanceOf(Rejected.class);
    }

    accept(new Requested(REQUEST, CONTENT, 0, limits, new RemoveNode(new NodeId(5))));
    assertThat(state.change().limits()).isEqualTo(new Change.Limits(300, 5, false, true));
    assertThat(state.change().id()).isEqualTo(index);
    assertThat(state.change().limits()).isNotEqualTo(before);

    long id = state.change().id();
    accept(
        new Requested(
            REQUEST,
            CONTENT,
            0,
            new LimitChange(8, null, null, null),
            new RemoveNode(new NodeId(5))));
    assertThat(state.change().limits().parallel()).as("of what is so already").isEqualTo(8);
    assertThat(state.change().id()).isEqualTo(id);
  }

  /** Otherwise a request would be a way around the rules for proposers. */
  @Test
  void onlyWhatOperatorsAskForIsRequested() {
    for (Command other :
        List.of(
            new NodeStarted(new NodeId(1), "host-1:7400", "local", "a", 1, 2, Releases.THIS),
            new MarkDown(new NodeId(1), true),
            new PlanChange(0, new TreeMap<>()),
            join(6, false))) {
      Requested requested = new Requested(REQUEST, CONTENT, 0, other);
      assertThat(CommandRules.refusalOf(requested, 1)).contains("operators do not request");
      assertThat(state.apply(requested, index + 1)).isInstanceOf(Rejected.class);
      assertThat(Authorship.isOfLeader(requested)).isEqualTo(Authorship.isOfLeader(other));
    }
    assertThat(
            CommandRules.refusalOf(
                new Requested(
                    REQUEST, CONTENT, 0, new MoveNode(new NodeId(1), "x".repeat(500), "z")),
                1))
        .contains("characters");
  }

  private void isAChange(Command command) {
    accept(command);
    assertThat(state.change().id()).as("%s", command).isEqualTo(index);
  }

  private void accept(Command command) {
    state = accepted(command);
    index++;
  }

  private ClusterState accepted(Command command) {
    Decision decision = state.apply(command, index + 1);
    assertThat(decision).as("%s", command).isInstanceOf(Accepted.class);
    return ((Accepted) decision).next();
  }

  private static Command altered(int factor) {
    return new AlterTenant("default", TenantSettings.NONE, factor);
  }

  private static Join join(long node, boolean spare) {
    return new Join(
        new NodeId(node), "host-" + node + ":7400", "local", "a", 1, spare, Releases.THIS);
  }
}
