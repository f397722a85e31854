package io.quorate.transport;

import io.quorate.cluster.Change;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.PlaceNode;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.cluster.TenantSettings;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.proto.v1.AlterReplication;
import io.quorate.proto.v1.CancelChangeResponse;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.GiveUpNodes;
import io.quorate.proto.v1.LimitChangeResponse;
import io.quorate.proto.v1.PlanTopologyResponse;
import io.quorate.proto.v1.TopologyChange;
import io.quorate.proto.v1.TopologyWish;
import io.quorate.replication.api.Failure;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** What operators want of the topology, as commands. */
record TopologyCalls(ClusterAdmin admin) {
  private static final int RETRY_AFTER_MILLIS = 1_000;

  /**
   * @param longTasks where it is planned: with thousands of partitions on a few nodes that takes
   *     seconds
   * @param done called from there, as is {@code failed} if there is no plan
   */
  void plan(
      ClusterState state,
      TopologyWish wish,
      Executor longTasks,
      Consumer<PlanTopologyResponse> done,
      Consumer<Failure> failed) {
    switch (state.apply(command(state, wish), state.stateVersion() + 1)) {
      case Decision.Accepted accepted -> {
        long bytesPerReplica = admin.bytesPerReplica();
        try {
          longTasks.execute(
              () -> {
                PlanTopologyResponse preview;
                try {
                  preview = PreviewWords.preview(state, accepted.next(), bytesPerReplica);
                } catch (IllegalArgumentException impossible) {
                  failed.accept(Refusals.invalid(String.valueOf(impossible.getMessage())));
                  return;
                }
                done.accept(preview);
              });
        } catch (RejectedExecutionException tooMany) {
          failed.accept(
              Failure.overloaded("other changes are being planned here", RETRY_AFTER_MILLIS));
        }
      }
      case Decision.Rejected(String reason) -> failed.accept(Refusals.invalid(reason));
    }
  }

  void change(
      ClusterState state,
      TopologyWish wish,
      long deadlineNanos,
      Consumer<ChangeTopologyResponse> done,
      Consumer<Failure> failed) {
    propose(
        command(state, wish),
        deadlineNanos,
        change -> ChangeTopologyResponse.newBuilder().setChange(change).build(),
        done,
        failed);
  }

  void cancel(long deadlineNanos, Consumer<CancelChangeResponse> done, Consumer<Failure> failed) {
    propose(
        new CancelChange(),
        deadlineNanos,
        change -> CancelChangeResponse.newBuilder().setChange(change).build(),
        done,
        failed);
  }

  void limit(
      ClusterState state,
      ChangeLimits wanted,
      long deadlineNanos,
      Consumer<LimitChangeResponse> done,
      Consumer<Failure> failed) {
    Change.Limits now = state.change().limits();
    Change.Limits next =
        new Change.Limits(
            wanted.hasParallel() ? wanted.getParallel() : now.parallel(),
            wanted.hasBytesPerSecond() ? wanted.getBytesPerSecond() : now.bytesPerSecond(),
            wanted.hasPaused() ? wanted.getPaused() : now.paused(),
            wanted.hasBlockWrites() ? wanted.getBlockWrites() : now.blocksWrites());
    propose(
        new LimitChange(next),
        deadlineNanos,
        change -> LimitChangeResponse.newBuilder().setChange(change).build(),
        done,
        failed);
  }

  /**
   * @throws IllegalArgumentException if it cannot be understood; the message says what is wrong
   */
  private Command command(ClusterState state, TopologyWish wish) {
    return switch (wish.getWishCase()) {
      case ADD_NODE -> new AddNode(NamedMember.get(state, wish.getAddNode()).id());
      case REMOVE_NODE -> new RemoveNode(NamedMember.get(state, wish.getRemoveNode()).id());
      case REPLACE_NODE ->
          new ReplaceNode(
              NamedMember.get(state, wish.getReplaceNode().getNode()).id(),
              NamedMember.get(state, wish.getReplaceNode().getBy()).id());
      case PLACE_NODE -> {
        Member member = NamedMember.get(state, wish.getPlaceNode().getNode());
        String region = wish.getPlaceNode().getRegion();
        String zone = wish.getPlaceNode().getZone();
        yield new PlaceNode(
            member.id(),
            region.isEmpty() ? member.region() : region,
            zone.isEmpty() ? member.zone() : zone);
      }
      case REBALANCE -> new Command.Rebalance();
      case GIVE_UP_NODES -> giveUp(state, wish.getGiveUpNodes());
      case ACKNOWLEDGE_LOSS -> new Command.AcknowledgeLoss();
      case ALTER_REPLICATION -> altered(wish.getAlterReplication());
      case WISH_NOT_SET ->
          throw new IllegalArgumentException(
              "it is not said what shall become of the topology: add, remove, replace or place a"
                  + " node, rebalance, or alter a tenant's replication factor");
    };
  }

  /** Who answers may have what is given up with it: it is to be removed in order. */
  private Command giveUp(ClusterState state, GiveUpNodes wanted) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (String named : wanted.getNodesList()) {
      Member member = NamedMember.get(state, named);
      if (admin.seen(member.id()).live()) {
        throw new IllegalArgumentException(
            ("node %s at %s answers, so what it holds is not lost: remove it without --force. If it"
                    + " must not take part any more all the same, stop it first; it is believed to"
                    + " be up for some seconds after that")
                .formatted(member.id(), member.address()));
      }
      nodes.add(member.id());
    }
    return new Command.GiveUpNodes(nodes, wanted.getAcceptDataLoss());
  }

  private static Command altered(AlterReplication wish) {
    if (wish.getReplicationFactor() == 0) {
      throw new IllegalArgumentException(
          "tenant %s: it is not said how many replicas it is to have"
              .formatted(Quoted.of(wish.getTenant())));
    }
    return new AlterTenant(
        wish.getTenant(), new TenantSettings(null, null, null), wish.getReplicationFactor());
  }

  private <T> void propose(
      Command command,
      long deadlineNanos,
      Function<TopologyChange, T> answer,
      Consumer<T> done,
      Consumer<Failure> failed) {
    admin.propose(
        command,
        deadlineNanos,
        outcome -> {
          Failure failure = Refusals.of(outcome);
          ClusterState now = admin.state();
          if (failure != null) {
            failed.accept(failure);
          } else if (now == null) {
            // An accepted command has been published here, so this is a fault of ours.
            failed.accept(
                Failure.refused(
                    Failure.Reason.INTERNAL, "it was accepted, and this node knows no cluster"));
          } else {
            done.accept(answer.apply(ChangeWords.change(now, admin)));
          }
        });
  }
}
