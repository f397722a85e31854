package io.quorate.replication.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.event.CoordinatorEvent.Unclear;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.OperationTable;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Asked;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.runtime.Network;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownMessagesTest {
  private static final NodeId OTHER = new NodeId(2);

  private final List<ReplicaMessage> sent = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final OperationTable table = new PlayedNode(new NodeId(1), OTHER).context().table();
  private final UnknownMessages unknown =
      new UnknownMessages(
          table,
          new Network<>() {
            @Override
            public void send(NodeId to, ReplicaMessage message) {
              assertThat(to).isEqualTo(OTHER);
              sent.add(message);
            }

            @Override
            public boolean isConnected(NodeId to) {
              return true;
            }
          },
          events::add);

  /** Records its callbacks. */
  private static final class Waiting implements InFlight {
    private final List<Object> told = new ArrayList<>();

    @Override
    public long deadlineNanos() {
      return 0;
    }

    @Override
    public void expire() {}

    @Override
    public void check(long nowNanos) {}

    @Override
    public void onWriteReply(NodeId from, WriteOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onWriteRecordsReply(NodeId from, WritesOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onReadReply(NodeId from, ReadOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onRangeReply(NodeId from, RangeOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onTreeReply(NodeId from, TreeOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onVersionsReply(NodeId from, VersionsOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onProbeReply(NodeId from, ProbeOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onPrepareReply(NodeId from, PrepareOutcome outcome) {
      told.add(outcome);
    }

    @Override
    public void onForwardNotUnderstood(NodeId from) {
      told.add("not understood");
    }

    @Override
    public void onForwardedUnclear(NodeId from) {
      told.add("unclear");
    }
  }

  @Test
  void requestsAreAnsweredByTheirId() {
    unknown.onRequest(OTHER, new UnknownRequest(7, 33, Asked.OTHER));
    assertThat(sent).containsExactly(new NotUnderstood(7, 33, Asked.OTHER));
    assertThat(events)
        .containsExactly(new CoordinatorEvent.NotUnderstood(OTHER, 33, Unclear.ITS_REQUEST));
  }

  @Test
  void messagesWithoutAnIdGetNoAnswer() {
    unknown.onRequest(OTHER, new UnknownRequest(0, 33, Asked.OTHER));
    assertThat(sent).isEmpty();
    assertThat(events).hasSize(1);
  }

  /** Nothing of it is a success, and a write is not refused for good. */
  @Test
  void operationsLearnThatTheReplicaDidNothingNow() {
    for (Asked asked : Asked.values()) {
      Waiting waiting = new Waiting();
      long id = table.add(waiting);
      unknown.onAnswer(OTHER, new NotUnderstood(id, 1, asked));
      unknown.onReply(OTHER, new UnknownReply(id, 2, asked));
      table.remove(id);
      switch (asked) {
        case WRITE -> assertThat(waiting.told).hasSize(2).allMatch(NotNow.class::isInstance);
        case FORWARD -> assertThat(waiting.told).containsExactly("not understood", "unclear");
        case OTHER -> assertThat(waiting.told).isEmpty();
        default -> assertThat(waiting.told).hasSize(2).allMatch(Refused.class::isInstance);
      }
    }
    assertThat(sent).isEmpty();
    assertThat(events)
        .contains(
            new CoordinatorEvent.NotUnderstood(OTHER, 1, Unclear.OWN_REQUEST),
            new CoordinatorEvent.NotUnderstood(OTHER, 2, Unclear.ITS_ANSWER));
  }

  @Test
  void answersToOperationsThatAreOverAreIgnored() {
    long id = table.add(new Waiting());
    table.remove(id);
    unknown.onAnswer(OTHER, new NotUnderstood(id, 1, Asked.WRITE));
    unknown.onReply(OTHER, new UnknownReply(id, 2, Asked.WRITE));
    assertThat(events).hasSize(2);
  }
}
