package io.quorate.transport;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.metadata.CommandOutcome;
import io.quorate.model.NodeId;
import io.quorate.model.Quoted;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.AlterReplication;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.CancelTopologyChangeResponse;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.GiveUpNodes;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.LimitTopologyChangeResponse;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.TopologyChange;
import io.quorate.proto.v1.TopologyChangeStatus;
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
      TopologyChange change,
      Executor longTasks,
      Consumer<PlanTopologyChangeResponse> done,
      Consumer<Failure> failed) {
    switch (state.apply(command(state, change), state.stateVersion() + 1)) {
      case Decision.Accepted accepted -> {
        long bytesPerReplica = admin.bytesPerReplica();
        try {
          longTasks.execute(
              () -> {
                PlanTopologyChangeResponse preview;
                try {
                  preview = PreviewWords.preview(state, accepted.next(), bytesPerReplica);
                } catch (IllegalArgumentException impossible) {
                  failed.accept(
                      Refusals.of(
                          RefusalKind.FAILED_PRECONDITION,
                          String.valueOf(impossible.getMessage())));
                  return;
                }
                done.accept(preview);
              });
        } catch (RejectedExecutionException tooMany) {
          failed.accept(
              Failure.overloaded("other changes are being planned here", RETRY_AFTER_MILLIS));
        }
      }
      case Decision.Rejected(RefusalKind kind, String reason) ->
          failed.accept(Refusals.of(kind, reason));
    }
  }

  void change(
      ClusterState state,
      ChangeTopologyRequest request,
      long deadlineNanos,
      Consumer<ChangeTopologyResponse> done,
      Consumer<Failure> failed) {
    RequestWords words =
        RequestWords.of(
            request.getRequestId(),
            request.getExpectedStateVersion(),
            request.toBuilder().clearRequestId().build());
    propose(
        state,
        request.hasLimits() ? words.with(limits(request.getLimits())) : words,
        known -> command(known, request.getChange()),
        deadlineNanos,
        (status, id) ->
            ChangeTopologyResponse.newBuilder().setStatus(status).setChangeId(id).build(),
        done,
        failed);
  }

  void cancel(
      ClusterState state,
      CancelTopologyChangeRequest request,
      long deadlineNanos,
      Consumer<CancelTopologyChangeResponse> done,
      Consumer<Failure> failed) {
    propose(
        state,
        RequestWords.of(
            request.getRequestId(),
            request.getExpectedStateVersion(),
            request.toBuilder().clearRequestId().build()),
        known -> new CancelChange(),
        deadlineNanos,
        (status, id) ->
            CancelTopologyChangeResponse.newBuilder().setStatus(status).setChangeId(id).build(),
        done,
        failed);
  }

  /** What is not said stays as it is in the cluster, of which this node may know an older state. */
  void limit(
      ClusterState state,
      LimitTopologyChangeRequest request,
      long deadlineNanos,
      Consumer<LimitTopologyChangeResponse> done,
      Consumer<Failure> failed) {
    LimitChange wanted = limits(request.getLimits());
    propose(
        state,
        RequestWords.of(
            request.getRequestId(),
            request.getExpectedStateVersion(),
            request.toBuilder().clearRequestId().build()),
        known -> wanted,
        deadlineNanos,
        (status, id) ->
            LimitTopologyChangeResponse.newBuilder().setStatus(status).setChangeId(id).build(),
        done,
        failed);
  }

  private static LimitChange limits(ChangeLimits wanted) {
    return new LimitChange(
        wanted.hasParallel() ? (Integer) wanted.getParallel() : null,
        wanted.hasBytesPerSecond() ? (Long) wanted.getBytesPerSecond() : null,
        wanted.hasPaused() ? (Boolean) wanted.getPaused() : null,
        wanted.hasBlockWrites() ? (Boolean) wanted.getBlockWrites() : null);
  }

  /**
   * @throws IllegalArgumentException if it cannot be understood; the message says what is wrong
   */
  private Command command(ClusterState state, TopologyChange change) {
    return switch (change.getChangeCase()) {
      case ADD_NODE -> new AddNode(NamedMember.get(state, change.getAddNode()).id());
      case REMOVE_NODE -> new RemoveNode(NamedMember.get(state, change.getRemoveNode()).id());
      case REPLACE_NODE ->
          new ReplaceNode(
              NamedMember.get(state, change.getReplaceNode().getNode()).id(),
              NamedMember.get(state, change.getReplaceNode().getReplacement()).id());
      case MOVE_NODE ->
          new MoveNode(
              NamedMember.get(state, change.getMoveNode().getNode()).id(),
              change.getMoveNode().getRegion(),
              change.getMoveNode().getZone());
      case REBALANCE -> new Command.Rebalance();
      case GIVE_UP_NODES -> giveUp(state, change.getGiveUpNodes());
      case ACKNOWLEDGE_LOSS -> new Command.AcknowledgeLoss();
      case ALTER_REPLICATION -> altered(change.getAlterReplication());
      case CHANGE_NOT_SET ->
          throw new IllegalArgumentException(
              "the request names no change of the topology, or one that this version does not know:"
                  + " add, remove, replace, move or give up nodes, rebalance, acknowledge a loss,"
                  + " or alter a tenant's replication factor");
    };
  }

  /** Who answers may have what is given up with it: it is to be removed in order. */
  private Command giveUp(ClusterState state, GiveUpNodes wanted) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    for (String named : wanted.getNodesList()) {
      Member member = NamedMember.get(state, named);
      if (admin.seen(member.id()).live()) {
        throw new FailedPreconditionException(
            ("node %s at %s answers, so what it holds is not lost: remove it instead of giving it"
                    + " up ('quorate cluster remove' without --force). If it must not take part any"
                    + " more all the same, stop it first; it is believed to be up for some seconds"
                    + " after that")
                .formatted(member.id(), member.address()));
      }
      nodes.add(member.id());
    }
    return new Command.GiveUpNodes(nodes, wanted.getAcceptDataLoss());
  }

  private static Command altered(AlterReplication change) {
    if (change.getReplicationFactor() == 0) {
      throw new IllegalArgumentException(
          "tenant %s: it is not said how many replicas it is to have"
              .formatted(Quoted.of(change.getTenant())));
    }
    return new AlterTenant(change.getTenant(), TenantSettings.NONE, change.getReplicationFactor());
  }

  /** What is answered when a request was accepted. */
  private interface Answer<T> {
    T of(TopologyChangeStatus status, long changeId);
  }

  private <T> void propose(
      ClusterState state,
      RequestWords words,
      Function<ClusterState, Command> change,
      long deadlineNanos,
      Answer<T> answer,
      Consumer<T> done,
      Consumer<Failure> failed) {
    new OperatorRequest(
            admin,
            words,
            change,
            deadlineNanos,
            outcome -> answer(outcome, words, answer, done, failed))
        .run(state);
  }

  private <T> void answer(
      CommandOutcome outcome,
      RequestWords words,
      Answer<T> answer,
      Consumer<T> done,
      Consumer<Failure> failed) {
    Failure failure = Refusals.of(outcome, words, admin);
    ClusterState now = admin.state();
    if (failure == null && now != null && outcome instanceof CommandOutcome.Accepted accepted) {
      done.accept(answer.of(ChangeWords.status(now, admin), accepted.changeId()));
    } else {
      // An accepted command has been published here, so without a cluster it is a fault of ours.
      failed.accept(
          failure == null
              ? Failure.refused(
                  Failure.Reason.INTERNAL, "it was accepted, and this node knows no cluster")
              : failure);
    }
  }
}
