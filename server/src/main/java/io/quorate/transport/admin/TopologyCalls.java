package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.admin.LostNodes;
import io.quorate.admin.NamedMember;
import io.quorate.admin.OperatorRequest;
import io.quorate.admin.Previews;
import io.quorate.admin.Refusals;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.MoveNode;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.ReplaceNode;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.model.Quoted;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.TenantSettings;
import io.quorate.proto.v1.AlterReplication;
import io.quorate.proto.v1.CancelTopologyChangeRequest;
import io.quorate.proto.v1.CancelTopologyChangeResponse;
import io.quorate.proto.v1.ChangeLimits;
import io.quorate.proto.v1.ChangeTopologyRequest;
import io.quorate.proto.v1.ChangeTopologyResponse;
import io.quorate.proto.v1.LimitTopologyChangeRequest;
import io.quorate.proto.v1.LimitTopologyChangeResponse;
import io.quorate.proto.v1.PlanTopologyChangeResponse;
import io.quorate.proto.v1.TopologyChange;
import io.quorate.proto.v1.TopologyChangeStatus;
import io.quorate.replication.api.Failure;
import io.quorate.transport.codec.FactorCodec;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** Translates requests for changes of the topology to commands, and what was decided back. */
record TopologyCalls(ClusterAdmin admin) {
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
    new Previews(admin, longTasks)
        .preview(
            state,
            command(state, change),
            preview -> done.accept(PreviewCodec.response(preview)),
            failed);
  }

  void change(
      ClusterState state,
      ChangeTopologyRequest request,
      long deadlineNanos,
      Consumer<ChangeTopologyResponse> done,
      Consumer<Failure> failed) {
    RequestTerms terms =
        RequestTermsCodec.read(
            request.getRequestId(),
            request.getExpectedStateVersion(),
            request.toBuilder().clearRequestId().build());
    propose(
        state,
        request.hasLimits() ? terms.with(limits(request.getLimits())) : terms,
        known -> command(known, request.getChange()),
        deadlineNanos,
        (status, accepted) ->
            ChangeTopologyResponse.newBuilder()
                .setStatus(status)
                .setChangeId(accepted.changeId())
                .addAllWarnings(accepted.warnings())
                .build(),
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
        RequestTermsCodec.read(
            request.getRequestId(),
            request.getExpectedStateVersion(),
            request.toBuilder().clearRequestId().build()),
        known -> new CancelChange(),
        deadlineNanos,
        (status, accepted) ->
            CancelTopologyChangeResponse.newBuilder()
                .setStatus(status)
                .setChangeId(accepted.changeId())
                .addAllWarnings(accepted.warnings())
                .build(),
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
        RequestTermsCodec.read(
            request.getRequestId(),
            request.getExpectedStateVersion(),
            request.toBuilder().clearRequestId().build()),
        known -> wanted,
        deadlineNanos,
        (status, accepted) ->
            LimitTopologyChangeResponse.newBuilder()
                .setStatus(status)
                .setChangeId(accepted.changeId())
                .addAllWarnings(accepted.warnings())
                .build(),
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
      case GIVE_UP_NODES ->
          new LostNodes(admin)
              .giveUp(
                  state,
                  change.getGiveUpNodes().getNodesList(),
                  change.getGiveUpNodes().getAcceptDataLoss());
      case ACKNOWLEDGE_LOSS -> new Command.AcknowledgeLoss();
      case ALTER_REPLICATION -> altered(change.getAlterReplication());
      case CHANGE_NOT_SET ->
          throw new IllegalArgumentException(
              "the request names no change of the topology, or one that this version does not know:"
                  + " add, remove, replace, move or give up nodes, rebalance, acknowledge a loss,"
                  + " or alter a tenant's replication factor");
    };
  }

  private static Command altered(AlterReplication change) {
    ReplicationFactor factor =
        FactorCodec.factor(change.getReplicationFactor(), change.getReplicasByRegionList());
    if (!factor.isSaid()) {
      throw new IllegalArgumentException(
          "tenant %s: it is not said how many replicas it is to have"
              .formatted(Quoted.of(change.getTenant())));
    }
    return new AlterTenant(change.getTenant(), TenantSettings.NONE, factor);
  }

  /** What is answered when a request was accepted. */
  private interface Answer<T> {
    T of(TopologyChangeStatus status, Accepted accepted);
  }

  private <T> void propose(
      ClusterState state,
      RequestTerms terms,
      Function<ClusterState, Command> change,
      long deadlineNanos,
      Answer<T> answer,
      Consumer<T> done,
      Consumer<Failure> failed) {
    new OperatorRequest(
            admin,
            terms,
            change,
            deadlineNanos,
            outcome -> answer(outcome, terms, answer, done, failed))
        .run(state);
  }

  private <T> void answer(
      CommandOutcome outcome,
      RequestTerms terms,
      Answer<T> answer,
      Consumer<T> done,
      Consumer<Failure> failed) {
    Failure failure = Refusals.of(outcome, terms, admin);
    ClusterState now = admin.state();
    if (failure == null && now != null && outcome instanceof Accepted accepted) {
      done.accept(answer.of(ChangeCodec.status(now, admin), accepted));
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
