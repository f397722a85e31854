package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Member;
import io.quorate.cluster.RequestKey;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.PartitionPlacement;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What one member proposes to the leader though it is not for that member to propose. Left out is
 * what any member passes on for operators and newcomers: no leader can tell whether it was asked.
 */
public final class ProposalLies {
  private final SplittableRandom random;
  private long number = 1;

  public ProposalLies(SplittableRandom random) {
    this.random = random;
  }

  /** What is proposed. */
  public enum Form {
    /** Another node has started, far more often than it has. */
    START_OF_ANOTHER,
    /** Returns this in the other node's name. */
    START_IN_ANOTHERS_NAME,
    /** This node has started more often than a node can. */
    START_FAR_AHEAD,
    /** A replica of another node is full, or is to be filled. */
    FILLING_OF_ANOTHER,
    /** A tenant is altered by a command that has the number of another node's next. */
    NUMBER_OF_ANOTHER,
    /** Deleted records are gone everywhere. */
    PURGE,
    /** Partitions move, or have moved. */
    MOVE,
    /** A node is down, or has left. */
    MEMBER
  }

  /**
   * @param message as it is sent
   */
  public record Lie(Form form, byte[] message) {}

  /** Makes up a lie of a member, in a cluster of this state. */
  public Lie next(NodeId liar, ClusterState state) {
    List<Member> others =
        state.members().values().stream().filter(member -> !member.id().equals(liar)).toList();
    Form form = Form.values()[random.nextInt(Form.values().length)];
    Member other = others.isEmpty() ? null : others.get(random.nextInt(others.size()));
    Member self = state.members().get(liar);
    if (other == null || self == null) {
      return lie(Form.MEMBER, liar, new MarkDown(liar, true));
    }
    return switch (form) {
      case START_OF_ANOTHER -> lie(form, liar, started(other, ahead()));
      case START_IN_ANOTHERS_NAME -> lie(form, other.id(), started(other, ahead()));
      case START_FAR_AHEAD -> lie(form, liar, started(self, (1 << 21) + random.nextInt(9)));
      case FILLING_OF_ANOTHER -> lie(form, liar, filling(other.id(), state));
      case NUMBER_OF_ANOTHER ->
          lie(
              form,
              new CommandId(
                  other.id(), CommandId.firstNumber(other.incarnation()) + random.nextInt(8)),
              new Command.AlterTenant("default", null, null, 0L));
      case PURGE -> lie(form, liar, purge(state));
      case MOVE -> lie(form, liar, move(state));
      case MEMBER ->
          lie(
              form,
              liar,
              random.nextBoolean()
                  ? new MarkDown(other.id(), random.nextBoolean())
                  : new NodeLeft(other.id()));
    };
  }

  private int ahead() {
    return random.nextBoolean() ? 1 + random.nextInt(1_000) : (1 << 30);
  }

  private static Command started(Member member, int ahead) {
    return new NodeStarted(
        member.id(),
        member.address(),
        member.region(),
        member.zone(),
        member.weight(),
        member.incarnation() + ahead,
        Releases.THIS);
  }

  private Command filling(NodeId node, ClusterState state) {
    int partition = random.nextInt(state.partitions().size());
    if (random.nextBoolean()) {
      return new Refill(node, partition, state.partitions().get(partition).epoch());
    }
    List<Filled.Place> all = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      all.add(new Filled.Place(number, state.partitions().get(number).epoch()));
    }
    return new Filled(node, all);
  }

  private Command purge(ClusterState state) {
    int number = random.nextInt(state.partitions().size());
    PartitionPlacement partition = state.partitions().get(number);
    List<AtEpoch> at = List.of(new AtEpoch(number, partition.epoch()));
    return partition.purge().isOpen()
        ? new ConfirmPurge(at, partition.purge().promised())
        : new PromisePurge(at, partition.purge().purged() + Hlc.of(1 + random.nextInt(9), 0));
  }

  private Command move(ClusterState state) {
    if (state.change().needsPlan()) {
      return new PlanChange(state.change().wishedAt(), new TreeMap<>());
    }
    int number = random.nextInt(state.partitions().size());
    MoveStep.Kind[] kinds = MoveStep.Kind.values();
    return new StepMoves(
        List.of(
            new MoveStep(
                number,
                state.partitions().get(number).epoch(),
                kinds[random.nextInt(kinds.length)])));
  }

  private Lie lie(Form form, NodeId author, Command command) {
    // Now and then as if an operator had asked for it.
    return lie(
        form,
        new CommandId(author, (1L << 40) + number++),
        number % 4 == 0 ? new Requested(new RequestKey(7, number), 0, 0, command) : command);
  }

  private static Lie lie(Form form, CommandId id, Command command) {
    return new Lie(
        form,
        new MetadataMessage.Propose(new NumberedCommand(id, command))
            .encode(Release.OLDEST_VERSION));
  }
}
