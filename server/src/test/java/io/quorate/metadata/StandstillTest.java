package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.raft.EntryId;
import io.quorate.raft.RaftMessage;
import io.quorate.runtime.TestClock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a node waits for another entry at one that it cannot read. */
class StandstillTest {
  private static final NodeId SELF = new NodeId(1);
  private static final NodeId LEADER = new NodeId(2);
  private static final NodeId OTHER = new NodeId(3);
  private static final long TERM = 5;

  private static final long SECOND = 1_000_000_000L;

  private long now;
  private final Standstill standstill = new Standstill(SELF, TestClock.ofNanos(() -> now));

  private void lag() {
    standstill.lag(LEADER, TERM, "a snapshot of another version", 37);
  }

  @Test
  void anEntryThatWasInTheLogBeforeIsNoReasonToGoOn() {
    lag();
    standstill.applied(37);
    assertThat(standstill.isOver()).isFalse();
    standstill.applied(38);
    assertThat(standstill.isOver()).isTrue();
  }

  @Test
  void theLeaderThatSentItIsWaitedForInItsTermOnly() {
    lag();
    standstill.leads(LEADER, TERM);
    assertThat(standstill.isOver()).isFalse();
    standstill.leads(LEADER, TERM + 1);
    assertThat(standstill.isOver()).isTrue();
  }

  @Test
  void anotherLeaderIsNotWaitedFor() {
    lag();
    standstill.leads(OTHER, TERM);
    assertThat(standstill.isOver()).isTrue();
  }

  @Test
  void whatCannotBeFoldedInIsForGood() {
    standstill.begin("entry 4 cannot be folded in");
    standstill.leads(OTHER, TERM + 1);
    standstill.applied(99);
    assertThat(standstill.isOver()).isFalse();
  }

  /** Otherwise a node that lacks nothing is not ready until the next change of the cluster. */
  @Test
  void whatItsLeaderDoesNotSendAgainIsNotWaitedFor() {
    lag();
    heartbeats(LEADER, TERM, 49);
    assertThat(standstill.isOver()).isFalse();
    assertThat(standstill.why()).isNotEmpty();
    heartbeats(LEADER, TERM, 1);
    assertThat(standstill.isOver()).isTrue();
    assertThat(standstill.why()).isEmpty();
  }

  @Test
  void whatItsLeaderSendsAgainIsWaitedFor() {
    for (RaftMessage again : List.of(chunk(), append(38))) {
      lag();
      for (int i = 0; i < 20; i++) {
        heartbeats(LEADER, TERM, 5);
        standstill.heard(again);
      }
      assertThat(standstill.isOver()).isFalse();
      heartbeats(LEADER, TERM, 50);
      assertThat(standstill.isOver()).isTrue();
      standstill.heard(again);
      assertThat(standstill.isOver()).isFalse();
    }
  }

  @Test
  void anAppendOfWhatIsHereIsNothingNew() {
    lag();
    for (int i = 0; i < 50; i++) {
      heartbeats(LEADER, TERM, 1);
      standstill.heard(append(37));
    }
    assertThat(standstill.isOver()).isTrue();
  }

  @Test
  void silenceWithdrawsNothing() {
    lag();
    now += 3_600 * SECOND;
    heartbeats(LEADER, TERM, 19);
    heartbeats(OTHER, TERM, 50);
    heartbeats(LEADER, TERM + 1, 50);
    assertThat(standstill.isOver()).isFalse();
  }

  @Test
  void heartbeatsThatComeAtOnceWithdrawNothing() {
    lag();
    for (int i = 0; i < 1_000; i++) {
      standstill.heard(new RaftMessage.Heartbeat(LEADER, SELF, TERM, 37, i));
    }
    assertThat(standstill.isOver()).isFalse();
  }

  @Test
  void whatIsForGoodIsNotWithdrawn() {
    standstill.begin("entry 4 cannot be folded in");
    heartbeats(LEADER, TERM, 100);
    assertThat(standstill.isOver()).isFalse();
  }

  /** Sends one heartbeat each tenth of a second. */
  private void heartbeats(NodeId from, long term, int count) {
    for (int i = 0; i < count; i++) {
      now += SECOND / 10;
      standstill.heard(new RaftMessage.Heartbeat(from, SELF, term, 37, i));
    }
  }

  private static RaftMessage chunk() {
    return new RaftMessage.SnapshotChunk(
        LEADER, SELF, TERM, new EntryId(99, TERM), 10, 0, new byte[] {1});
  }

  private static RaftMessage append(long after) {
    return new RaftMessage.Append(LEADER, SELF, TERM, new EntryId(after, TERM), List.of(), after);
  }
}
