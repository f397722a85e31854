package io.quorate.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.raft.EntryId;
import io.quorate.raft.HardState;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange.Demote;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.RaftImage;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.Role;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.TestClock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A leader whose ticks come late does not know for a while which voters are there. */
class RaftTicksTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final long TICK = 50_000_000L;

  private final Raft raft =
      new Raft(
          A,
          RaftConfig.DEFAULT,
          new RaftImage(
              HardState.INITIAL,
              new Snapshot(
                  new EntryId(1, 1), Membership.of(List.of(A, B, C), List.of()), new byte[0]),
              List.of()),
          bound -> 0);
  private long nowNanos;
  private boolean admits = true;
  private final RaftTicks ticks =
      new RaftTicks(
          raft, () -> admits, TestClock.ofNanosOnly(() -> nowNanos), RaftConfig.DEFAULT, TICK);

  @BeforeEach
  void aLeads() {
    raft.campaign();
    work();
    raft.step(new RaftMessage.PreVoteReply(B, A, raft.term(), raft.term() + 1, true));
    work();
    raft.step(new RaftMessage.VoteReply(B, A, raft.term(), true));
    work();
    assertThat(raft.role()).isEqualTo(Role.LEADER);
    raft.step(new RaftMessage.AppendAccepted(C, A, raft.term(), raft.lastIndex()));
    work();
    assertThat(raft.takes(new Demote(B))).isTrue();
  }

  @Test
  void ticksThatComeInTimeSayNothing() {
    for (int tick = 0; tick < 4; tick++) {
      nowNanos += 4 * TICK;
      ticks.tick(0);
      assertThat(raft.takes(new Demote(B))).isTrue();
    }
  }

  @Test
  void aTickThatComesLateIsToldAndCountsAsOne() {
    nowNanos += 4 * TICK + 1;
    ticks.tick(0);
    assertThat(raft.takes(new Demote(B))).isFalse();
    assertThat(raft.role()).as("it was not silent itself").isEqualTo(Role.LEADER);
    for (int tick = 0; tick < 5; tick++) {
      answered();
      assertThat(raft.takes(new Demote(B))).isFalse();
      nowNanos += TICK;
      ticks.tick(0);
    }
    answered();
    assertThat(raft.takes(new Demote(B))).isTrue();
  }

  /** Nor are messages taken in then, so it hears as little as if it stood still. */
  @Test
  void ticksThatAreNotTakenInAreLateOnes() {
    admits = false;
    for (int tick = 0; tick < 4; tick++) {
      nowNanos += TICK;
      ticks.tick(0);
    }
    assertThat(raft.takes(new Demote(B))).isTrue();
    nowNanos += TICK;
    ticks.tick(0);
    assertThat(raft.takes(new Demote(B))).isFalse();
    assertThat(raft.electionTicks()).isEqualTo(RaftConfig.DEFAULT.electionTicks());
    admits = true;
    nowNanos += TICK;
    ticks.tick(33);
    answered();
    assertThat(raft.takes(new Demote(B))).isFalse();
    assertThat(raft.electionTicks()).isEqualTo(33);
  }

  private void answered() {
    for (NodeId voter : List.of(B, C)) {
      raft.step(new RaftMessage.HeartbeatReply(voter, A, raft.term(), 0));
    }
    work();
  }

  private void work() {
    while (raft.hasReady()) {
      raft.ready();
      raft.advance();
    }
  }
}
