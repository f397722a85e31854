package io.quorate.metadata;

import static io.quorate.metadata.MetadataWorld.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.metadata.VoteKept.Why;
import io.quorate.migration.Planning;
import io.quorate.placement.PartitionPlacement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Of three voters one is to leave the cluster, and another one dies. The fourth node, which could
 * vote in its place, is away all the time.
 */
class RemovedVoterTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void aVoterThatIsNeededStaysAndThatIsToldOnce() {
    var removal = new Removal(1);
    removal.third.kill();
    removal.world.runFor(Duration.ofSeconds(1)); // until the leader misses it
    removal.leader.ask(removal.last);
    removal.world.runFor(LONG);
    assertThat(removal.leader.votesKept)
        .singleElement()
        .matches(kept -> kept.node().equals(removal.leaving.id))
        .matches(kept -> kept.why() == Why.NEEDED)
        .matches(kept -> kept.detail().startsWith("without voter " + removal.leaving.id));
    assertThat(removal.leader.ask(tenant("decided"))).isInstanceOf(CommandOutcome.Accepted.class);

    removal.third.start();
    assertThat(removal.world.runUntil(() -> !removal.votes())).isTrue();
    assertThat(removal.leader.votesKept).hasSize(1);
  }

  @Test
  void oneThatIsNotNeededGoesWithoutAWord() {
    var removal = new Removal(2);
    removal.leader.ask(removal.last);
    assertThat(removal.world.runUntil(() -> !removal.votes())).isTrue();
    assertThat(removal.leader.votesKept).isEmpty();
  }

  /** Else nothing could be decided any more: as far as the leader knows, all have just answered. */
  @Test
  void aLeaderThatStoodStillDoesNotTakeTheVoteOfOneThatIsNeeded() {
    for (int seed = 1; seed <= 20; seed++) {
      var removal = new Removal(seed);
      var unused = removal.leader.propose(removal.last, LONG);
      removal.world.runFor(Duration.ofNanos(seed * 40_000L));
      removal.leader.pause();
      removal.world.runFor(Duration.ofMillis(300));
      removal.third.kill();
      removal.world.runFor(Duration.ofMillis(200));
      removal.leader.resume();
      assertThat(
              removal.world.runUntil(
                  () -> !removal.leader.group().state().owns(removal.leaving.id)))
          .as("seed %d", seed)
          .isTrue();
      removal.world.runFor(Duration.ofSeconds(5));
      assertThat(removal.world.leader().ask(tenant("decided")))
          .as("seed %d", seed)
          .isInstanceOf(CommandOutcome.Accepted.class);
      assertThat(removal.votes()).as("seed %d", seed).isTrue();
    }
  }

  /** A node has given all away but for one step, which the leader is still to decide. */
  private static final class Removal {
    final MetadataWorld world;
    final Node leader;
    final Node leaving;
    final Node third;
    final Command last;

    Removal(long seed) {
      world = new MetadataWorld(seed, 4);
      world.startAll();
      leader = world.leader();
      List<Node> others =
          world.nodes.stream()
              .filter(node -> leader.group().status().voters().contains(node.id))
              .filter(node -> node != leader)
              .toList();
      leaving = others.getFirst();
      third = others.getLast();
      world.nodes.stream()
          .filter(node -> leader.group().status().learners().contains(node.id))
          .forEach(Node::kill);
      world.runFor(Duration.ofSeconds(15)); // it counts as silent then
      leader.ask(new RemoveNode(leaving.id));
      last = giveAway();
    }

    boolean votes() {
      return leader.group().status().voters().contains(leaving.id);
    }

    private Command giveAway() {
      while (true) {
        ClusterState state = leader.group().state();
        Command next = next(state);
        if (state.apply(next, Long.MAX_VALUE) instanceof Decision.Accepted accepted
            && !accepted.next().owns(leaving.id)) {
          return next;
        }
        assertThat(leader.ask(next)).isInstanceOf(CommandOutcome.Accepted.class);
      }
    }

    private static Command next(ClusterState state) {
      if (state.change().needsPlan()) {
        return Planning.plan(state);
      }
      List<MoveStep> steps = new ArrayList<>();
      for (int number = 0; number < state.partitions().size(); number++) {
        PartitionPlacement partition = state.partitions().get(number);
        if (partition.move() != null || state.awaitingMove().contains(number)) {
          steps.add(new MoveStep(number, partition.epoch(), kind(partition)));
        }
      }
      return new StepMoves(steps);
    }

    private static MoveStep.Kind kind(PartitionPlacement partition) {
      return partition.move() == null
          ? MoveStep.Kind.BEGIN
          : switch (partition.move().step()) {
            case DUAL_WRITE -> MoveStep.Kind.CUT_OVER;
            case CUTOVER, STEP_BACK -> MoveStep.Kind.FINISH;
            case CLEANUP -> MoveStep.Kind.END;
          };
    }
  }
}
