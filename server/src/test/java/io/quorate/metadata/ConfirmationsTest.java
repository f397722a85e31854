package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.raft.EntryId;
import io.quorate.raft.HardState;
import io.quorate.raft.Membership;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftImage;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.Ready;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId LEADER = new NodeId(2);
  private static final long TERM = 2;
  private static final long INDEX = 1;

  private static final Clock STANDING =
      new Clock() {
        @Override
        public long wallMillis() {
          return 0;
        }

        @Override
        public long nanos() {
          return 0;
        }
      };

  private final List<Boolean> answers = new ArrayList<>();

  /** A follower in one of its lives. */
  private final class Life {
    private final Raft raft;
    private final Confirmations confirmations;

    Life(int incarnation) {
      Snapshot snapshot =
          new Snapshot(
              new EntryId(INDEX, 1),
              Membership.of(List.of(A, LEADER, new NodeId(3)), List.of()),
              new byte[0]);
      raft =
          new Raft(
              A,
              MetadataConfig.DEFAULT.raft(),
              new RaftImage(new HardState(TERM, null), snapshot, List.of()),
              n -> 0);
      raft.step(new RaftMessage.Heartbeat(LEADER, A, TERM, INDEX, 1));
      confirmations = new Confirmations(raft, incarnation, STANDING, MetadataConfig.DEFAULT);
      work();
    }

    private List<RaftMessage> work() {
      List<RaftMessage> sent = new ArrayList<>();
      while (raft.hasReady()) {
        Ready ready = raft.ready();
        sent.addAll(ready.messages());
        raft.advance();
        ready.reads().forEach(confirmations::answer);
      }
      confirmations.settled(INDEX);
      return sent;
    }

    /** Returns what it asks the leader. */
    RaftMessage.ReadRequest ask() {
      confirmations.submit(1, answers::add);
      return work().stream()
          .filter(RaftMessage.ReadRequest.class::isInstance)
          .map(RaftMessage.ReadRequest.class::cast)
          .findFirst()
          .orElseThrow();
    }

    void hear(RaftMessage.ReadRequest asked) {
      raft.step(new RaftMessage.ReadReply(LEADER, A, TERM, asked.context(), INDEX));
      work();
    }
  }

  /** It may be of before what was decided since, and the leader may be the same. */
  @Test
  void anAnswerToAnEarlierStartConfirmsNothing() {
    RaftMessage.ReadRequest before = new Life(4).ask();
    Life now = new Life(5);
    RaftMessage.ReadRequest asked = now.ask();
    now.hear(before);
    assertThat(answers).isEmpty();
    now.hear(asked);
    assertThat(answers).containsExactly(true);
  }
}
