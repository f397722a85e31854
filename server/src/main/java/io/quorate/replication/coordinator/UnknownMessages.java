package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.replication.fact.Fact;
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
 * Messages of which this node, or the other one, knows no meaning, as while a cluster is upgraded
 * node by node. Whoever waits for an answer is told that the replica does not do it now: nothing
 * counts as stored, held or equal, and nothing is given up for it, for the same request is
 * understood once both run one version.
 */
final class UnknownMessages {
  private static final String OLDER =
      "it does not understand the request, since it runs an older version";
  private static final String NEWER =
      "this node does not understand its answer, since it runs a newer version";

  private final OperationTable table;
  private final Network<ReplicaMessage> network;
  private final Consumer<Fact> facts;

  UnknownMessages(OperationTable table, Network<ReplicaMessage> network, Consumer<Fact> facts) {
    this.table = table;
    this.network = network;
    this.facts = facts;
  }

  void onRequest(NodeId from, UnknownRequest unknown) {
    facts.accept(new Fact.NotUnderstood(from, unknown.kind(), Fact.Where.HERE));
    if (unknown.id() != 0) {
      network.send(from, new NotUnderstood(unknown.id(), unknown.kind(), unknown.asked()));
    }
  }

  void onReply(NodeId from, UnknownReply unknown) {
    facts.accept(new Fact.NotUnderstood(from, unknown.kind(), Fact.Where.HERE));
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
    facts.accept(new Fact.NotUnderstood(from, answer.kind(), Fact.Where.THERE));
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
      // Not a refusal, of which a hint would become a dead letter.
      case WRITE -> operation.onWriteReply(from, new NotNow(why));
      case WRITE_RECORDS -> operation.onWriteRecordsReply(from, new Refused(why));
      case READ -> operation.onReadReply(from, new Refused(why));
      case READ_RANGE -> operation.onRangeReply(from, new Refused(why));
      case COMPARE_TREE -> operation.onTreeReply(from, new Refused(why));
      case READ_VERSIONS -> operation.onVersionsReply(from, new Refused(why));
      case FORWARD, OTHER -> {} // this version asks for nothing else; the caller sees to a forward
    }
  }
}
