package io.quorate.replication.coordinator;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Unclear;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.OperationTable;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Asked;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.runtime.Network;
import java.util.function.Consumer;

/**
 * Messages that this node, or the other one, does not understand because it runs an older version,
 * as while a cluster is upgraded node by node. The operation that waits for the answer is told that
 * the replica has not done its part: nothing counts as stored, held or equal. Nothing is given up
 * for good either, since both will understand the request once they run one version.
 */
final class UnknownMessages {
  private static final String OLDER =
      "it runs an older version, which does not understand the request";
  private static final String NEWER =
      "it runs a newer version, whose answer this node does not understand";

  private final OperationTable table;
  private final Network<ReplicaMessage> network;
  private final Consumer<Event> events;

  UnknownMessages(OperationTable table, Network<ReplicaMessage> network, Consumer<Event> events) {
    this.table = table;
    this.network = network;
    this.events = events;
  }

  void onRequest(NodeId from, UnknownRequest unknown) {
    events.accept(new CoordinatorEvent.NotUnderstood(from, unknown.kind(), Unclear.ITS_REQUEST));
    if (unknown.id() != 0) {
      network.send(from, new NotUnderstood(unknown.id(), unknown.kind(), unknown.asked()));
    }
  }

  void onReply(NodeId from, UnknownReply unknown) {
    events.accept(new CoordinatorEvent.NotUnderstood(from, unknown.kind(), Unclear.ITS_ANSWER));
    InFlight operation = table.get(unknown.id());
    if (operation == null) {
      return;
    }
    if (unknown.asked() == Asked.FORWARD) {
      operation.onForwardedUnclear(from);
    } else {
      refuse(operation, from, unknown.asked(), NEWER);
    }
  }

  void onAnswer(NodeId from, NotUnderstood answer) {
    events.accept(new CoordinatorEvent.NotUnderstood(from, answer.kind(), Unclear.OWN_REQUEST));
    InFlight operation = table.get(answer.id());
    if (operation == null) {
      return;
    }
    if (answer.asked() == Asked.FORWARD) {
      operation.onForwardNotUnderstood(from);
    } else {
      refuse(operation, from, answer.asked(), OLDER);
    }
  }

  private static void refuse(InFlight operation, NodeId from, Asked asked, String why) {
    switch (asked) {
      // Not Refused, for which a hint would become a dead letter.
      case WRITE -> operation.onWriteReply(from, new NotNow(why));
      case WRITE_RECORDS -> operation.onWriteRecordsReply(from, new Refused(why));
      case READ -> operation.onReadReply(from, new Refused(why));
      case READ_RANGE -> operation.onRangeReply(from, new Refused(why));
      case COMPARE_TREE -> operation.onTreeReply(from, new Refused(why));
      case READ_VERSIONS -> operation.onVersionsReply(from, new Refused(why));
      case PROBE -> operation.onProbeReply(from, new Refused(why));
      case PREPARE -> operation.onPrepareReply(from, new Refused(why));
      case FORWARD -> {} // has functions of its own
      case OTHER -> {} // is of no operation of this version
    }
  }
}
