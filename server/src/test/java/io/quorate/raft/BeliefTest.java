package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.raft.RaftEvent.MessageRefused;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that no honest member sends are refused, told, and change nothing. */
class BeliefTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final EntryId FORMED = new EntryId(1, 1);
  private static final Membership MEMBERSHIP = Membership.of(List.of(A, B, C), List.of());
  private static final Snapshot GENESIS = new Snapshot(FORMED, MEMBERSHIP, new byte[0]);

  private final List<RaftEvent> events = new ArrayList<>();
  private final List<RaftMessage> sent = new ArrayList<>();
  private Raft raft = node(HardState.INITIAL);

  private static Raft node(HardState hardState) {
    RaftImage image = new RaftImage(hardState, GENESIS, List.of());
    return new Raft(A, RaftConfig.DEFAULT, image, n -> 0, new AllButNinetyNine());
  }

  /** Reads every entry but those that are the byte 99. */
  private static final class AllButNinetyNine implements Reader {
    @Override
    public @Nullable String refusalOf(Snapshot snapshot) {
      return null;
    }

    @Override
    public @Nullable String refusalOf(Entry entry) {
      return entry.payload()[0] == 99 ? "it is 99" : null;
    }
  }

  @Test
  void entriesAreTakenUpToTheFirstThatCannotBeRead() {
    Entry unreadable = new Entry(new EntryId(5, 2), EntryType.NORMAL, new byte[] {99});
    RaftMessage append = append(B, 2, new EntryId(3, 2), entry(4, 2), unreadable, entry(6, 2));
    step(append);
    assertThat(sent).containsExactly(new RaftMessage.AppendAccepted(A, B, 2, 4));
    assertThat(events).containsExactly(new RaftEvent.EntryRefused(B, unreadable.id(), "it is 99"));

    // The message comes again, since it was not accepted: it is not reported again, and not
    // answered.
    sent.clear();
    step(append(B, 2, new EntryId(4, 2), unreadable));
    assertThat(sent).isEmpty();
    assertThat(events).hasSize(1);

    // Another leader has another entry there.
    step(append(C, 3, new EntryId(4, 2), entry(5, 3)));
    assertThat(sent).contains(new RaftMessage.AppendAccepted(A, C, 3, 5));
  }

  /** The node follows B in term 2, with entries 2 and 3, of which 2 is committed. */
  @BeforeEach
  void follow() {
    step(new RaftMessage.Append(B, A, 2, FORMED, List.of(entry(2, 2), entry(3, 2)), 2));
    assertThat(raft.commitIndex()).isEqualTo(2);
    events.clear();
    sent.clear();
  }

  private static Entry entry(long index, long term) {
    return new Entry(new EntryId(index, term), EntryType.NORMAL, new byte[] {(byte) index});
  }

  private static RaftMessage append(NodeId from, long term, EntryId prev, Entry... entries) {
    return new RaftMessage.Append(from, A, term, prev, List.of(entries), 0);
  }

  private void step(RaftMessage message) {
    raft.step(message);
    work();
  }

  private void work() {
    while (raft.hasReady()) {
      Ready ready = raft.ready();
      events.addAll(ready.events());
      sent.addAll(ready.messages());
      raft.advance();
    }
  }

  private void assertRefused(RaftMessage message, WhyNotBelieved why) {
    events.clear();
    sent.clear();
    RaftStatus before = raft.status();
    step(message);
    assertThat(events)
        .as("%s", message)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event).isInstanceOf(MessageRefused.class);
              MessageRefused refused = (MessageRefused) event;
              assertThat(refused.why()).isEqualTo(why);
              assertThat(refused.from()).isEqualTo(message.from());
              assertThat(refused.detail()).isNotBlank().doesNotContain("\n").hasSizeLessThan(250);
            });
    assertThat(sent).isEmpty();
    assertThat(raft.status()).isEqualTo(before);
  }

  private void lead() {
    raft = node(HardState.INITIAL);
    raft.campaign();
    work();
    step(new RaftMessage.PreVoteReply(B, A, 1, 2, true));
    step(new RaftMessage.VoteReply(B, A, 2, true));
    assertThat(raft.role()).isEqualTo(Role.LEADER);
  }

  // ---- terms

  @ParameterizedTest
  @ValueSource(longs = {1L << 32, 1L << 33, (70_000L << 32) + 3, Long.MAX_VALUE})
  void termOfAnotherGenerationIsNotEntered(long term) {
    assertRefused(new RaftMessage.NewerTerm(C, A, term), WhyNotBelieved.OTHER_GENERATION);
    assertRefused(new RaftMessage.Heartbeat(B, A, term, 2, 0), WhyNotBelieved.OTHER_GENERATION);
    assertRefused(
        new RaftMessage.PreVote(C, A, term, new EntryId(3, 2)), WhyNotBelieved.OTHER_GENERATION);
    EntryId last = new EntryId(3, 2);
    assertRefused(
        new RaftMessage.RequestVote(C, A, term, last, true), WhyNotBelieved.OTHER_GENERATION);
  }

  @Test
  void termFarAheadRaisesTheTermByAStepOnly() {
    step(new RaftMessage.NewerTerm(C, A, 1L << 31));
    assertThat(events)
        .filteredOn(MessageRefused.class::isInstance)
        .singleElement()
        .satisfies(
            event ->
                assertThat(((MessageRefused) event).why())
                    .isEqualTo(WhyNotBelieved.TERM_FAR_AHEAD));
    assertThat(raft.term()).isEqualTo(1 + TermAllowance.AT_ONCE);
    for (int i = 0; i < 1_000; i++) {
      step(new RaftMessage.NewerTerm(C, A, 1L << 31));
    }
    assertThat(raft.term()).isEqualTo(1 + TermAllowance.AT_ONCE);
    raft.tick();
    step(new RaftMessage.NewerTerm(C, A, 1L << 31));
    assertThat(raft.term()).isEqualTo(1 + TermAllowance.AT_ONCE + TermAllowance.PER_TICK);
  }

  /** A node that was away for long follows in the end, whatever the leader's term is. */
  @Test
  void nodeThatMissedManyElectionsComesBack() {
    long term = 20_000;
    for (int i = 0; i < 400 && raft.term() < term; i++) {
      raft.tick();
      step(append(C, term, new EntryId(3, 2), entry(4, term)));
    }
    assertThat(raft.leader()).isEqualTo(C);
    assertThat(raft.term()).isEqualTo(term);
    assertThat(raft.log().last()).isEqualTo(new EntryId(4, term));
  }

  /** The next term would be of another generation, where this log must not lead. */
  @Test
  void termsThatAreUsedUpEndElections() {
    raft = node(new HardState((1L << 32) - 1, null));
    raft.campaign();
    work();
    assertThat(raft.role()).isEqualTo(Role.FOLLOWER);
    assertThat(raft.term()).isEqualTo((1L << 32) - 1);
  }

  @Test
  void generationIsEnteredByProofOnly() {
    Recovery first = new Recovery(1 << 16, new EntryId(3, 2));
    Recovery second = new Recovery(2 << 16, new EntryId(9, 9));
    long term = second.first().term();
    for (List<Recovery> recoveries :
        List.of(
            List.<Recovery>of(),
            List.of(first),
            List.of(second, first),
            List.of(first, first),
            List.of(new Recovery(7, new EntryId(3, 2))))) {
      assertRefused(
          new RaftMessage.Recovered(C, A, term, recoveries), WhyNotBelieved.OTHER_GENERATION);
    }
    // No node misses this many recoveries.
    Recovery far = new Recovery(2_000 << 16, new EntryId(3, 2));
    assertRefused(
        new RaftMessage.Recovered(C, A, far.first().term(), List.of(far)),
        WhyNotBelieved.OTHER_GENERATION);

    step(new RaftMessage.Recovered(C, A, term, List.of(first, second)));
    assertThat(raft.term()).isEqualTo(term);
    assertThat(raft.leader()).isNull();
    // Without that log, the node neither campaigns nor votes there.
    raft.campaign();
    work();
    assertThat(raft.term()).isEqualTo(term);
    sent.clear();
    step(new RaftMessage.RequestVote(C, A, term + 1, second.first(), false));
    assertThat(sent).containsExactly(new RaftMessage.VoteReply(A, C, term + 1, false));
  }

  /** Indices in the recovered log say nothing of the log before. */
  @Test
  void whatARecoveredGroupCommittedIsNotTakenForEntriesOfThisLog() {
    EntryId uncommitted = new EntryId(3, 2);
    Recovery recovery = new Recovery(1 << 16, uncommitted);
    long term = recovery.first().term();
    step(new RaftMessage.Recovered(C, A, term, List.of(recovery)));
    step(new RaftMessage.Heartbeat(C, A, term, 3, 0));
    assertThat(raft.leader()).isEqualTo(C);
    assertThat(raft.commitIndex()).isEqualTo(2);
    step(new RaftMessage.SnapshotChunk(C, A, term, uncommitted, 10, 0, new byte[1]));
    assertThat(raft.commitIndex()).isEqualTo(2);
  }

  @Test
  void aMemberOfTheGroupBeforeLearnsOfTheRecovery() {
    Recovery recovery = new Recovery(1 << 16, FORMED);
    Membership recovered = MEMBERSHIP.recovered(A, recovery);
    Snapshot snapshot = new Snapshot(recovery.first(), recovered, new byte[0]);
    raft =
        new Raft(
            A, RaftConfig.DEFAULT, new RaftImage(HardState.INITIAL, snapshot, List.of()), n -> 0);
    step(new RaftMessage.Heartbeat(B, A, 7, 1, 0));
    assertThat(sent)
        .containsExactly(
            new RaftMessage.Recovered(A, B, recovery.first().term(), List.of(recovery)));
    assertThat(events).isEmpty();
  }

  // ---- numbers

  @Test
  void impossibleNumbersAreRefused() {
    EntryId last = new EntryId(3, 2);
    Membership leap = Membership.of(List.of(A, new NodeId(7)), List.of(new NodeId(8)));
    List<RaftMessage> all =
        List.of(
            new RaftMessage.NewerTerm(C, A, -1),
            new RaftMessage.Heartbeat(A, A, 2, 0, 0),
            new RaftMessage.Heartbeat(B, A, 2, -1, 0),
            new RaftMessage.Heartbeat(B, A, 2, 2, -1),
            new RaftMessage.Heartbeat(B, A, 2, Long.MAX_VALUE, 0),
            new RaftMessage.PreVote(C, A, 2, new EntryId(9, 3)),
            new RaftMessage.PreVoteReply(C, A, 2, -1, true),
            new RaftMessage.RequestVote(C, A, 3, new EntryId(9, 3), true),
            new RaftMessage.AppendRefused(C, A, 2, -4, last),
            new RaftMessage.AppendRefused(C, A, 2, 4, new EntryId(-1, 0)),
            new RaftMessage.HeartbeatReply(C, A, 2, -1),
            new RaftMessage.SnapshotReply(C, A, 2, last, -1),
            append(B, 2, last, entry(5, 2)), // a gap
            append(B, 2, last, entry(4, 2), entry(4, 2)),
            append(B, 2, last, entry(4, 3)), // of a term after the leader's
            append(B, 4, last, entry(4, 4), entry(5, 3)),
            append(B, 2, new EntryId(Long.MAX_VALUE, 2)),
            append(B, 2, last, new Entry(new EntryId(4, 2), EntryType.MEMBERSHIP, new byte[3])),
            append(B, 2, last, new Entry(new EntryId(4, 2), EntryType.MEMBERSHIP, leap.encode())),
            append(
                B,
                2,
                last,
                new Entry(new EntryId(4, 2), EntryType.MEMBERSHIP, Membership.NONE.encode())),
            // The same entry with another content, not committed yet.
            append(
                B,
                2,
                new EntryId(2, 2),
                new Entry(new EntryId(3, 2), EntryType.NORMAL, new byte[] {77})));
    all.forEach(message -> assertRefused(message, WhyNotBelieved.IMPOSSIBLE));
  }

  @Test
  void snapshotsThatCannotBeAreRefused() {
    byte[] body = new Snapshot(new EntryId(9, 2), MEMBERSHIP, new byte[5]).body();
    int size = body.length;
    List<RaftMessage> all =
        List.of(
            new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(Long.MAX_VALUE, 2), size, 0, body),
            new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 3), size, 0, body),
            new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), size - 1, 0, body),
            new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), size, 1, body),
            new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), size, -1, body),
            new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), Long.MAX_VALUE, 0, body),
            new RaftMessage.SnapshotChunk(
                B, A, 2, new EntryId(9, 2), RaftConfig.DEFAULT.snapshotBytesMax() + 1L, 0, body),
            new RaftMessage.SnapshotChunk(
                B, A, 2, new EntryId(9, 2), Long.MAX_VALUE, Long.MAX_VALUE, body));
    all.forEach(message -> assertRefused(message, WhyNotBelieved.IMPOSSIBLE));
    byte[] empty = new Snapshot(new EntryId(9, 2), Membership.NONE, new byte[5]).body();
    assertRefused(
        new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), empty.length, 0, empty),
        WhyNotBelieved.IMPOSSIBLE);
    byte[] noise = new byte[40];
    Arrays.fill(noise, (byte) 0x7e);
    assertRefused(
        new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), 40, 0, noise),
        WhyNotBelieved.UNREADABLE_SNAPSHOT);
    // A valid snapshot is accepted.
    step(new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), size, 0, body));
    assertThat(raft.appliedIndex()).isEqualTo(9);
  }

  /** Otherwise it would wait, until another leads, for a snapshot that it cannot read. */
  @Test
  void followerThatTakesNoSnapshotIsOfferedTheNextOne() {
    lead();
    step(new RaftMessage.AppendAccepted(C, A, 2, raft.lastIndex()));
    EntryId first = replaceTheLog();
    step(new RaftMessage.HeartbeatReply(B, A, 2, 0));
    step(new RaftMessage.AppendRefused(B, A, 2, 1, EntryId.ZERO));
    assertThat(offered()).isEqualTo(first);

    EntryId second = replaceTheLog();
    for (int tick = 0; tick < 300; tick++) {
      raft.tick();
      step(new RaftMessage.HeartbeatReply(B, A, 2, 0));
      step(new RaftMessage.HeartbeatReply(C, A, 2, 0));
    }
    assertThat(offered()).isEqualTo(second);
  }

  private EntryId replaceTheLog() {
    for (int i = 0; i <= RaftConfig.DEFAULT.entriesKept(); i++) {
      assertThat(raft.propose(new byte[] {1})).isInstanceOf(Proposal.Accepted.class);
      work();
      step(new RaftMessage.AppendAccepted(C, A, 2, raft.lastIndex()));
    }
    assertThat(raft.compact(raft.appliedIndex(), new byte[1])).isTrue();
    work();
    return raft.status().snapshot();
  }

  private EntryId offered() {
    return sent.stream()
        .filter(RaftMessage.SnapshotChunk.class::isInstance)
        .map(message -> ((RaftMessage.SnapshotChunk) message).last())
        .toList()
        .getLast();
  }

  // ---- against what is known here

  @Test
  void commitBeyondTheLogIsRefused() {
    assertRefused(new RaftMessage.Heartbeat(B, A, 2, 4, 0), WhyNotBelieved.COMMIT_BEYOND_LOG);
    assertRefused(new RaftMessage.Heartbeat(C, A, 3, 50, 0), WhyNotBelieved.COMMIT_BEYOND_LOG);
    step(new RaftMessage.Heartbeat(B, A, 2, 3, 0));
    assertThat(raft.commitIndex()).isEqualTo(3);
  }

  @Test
  void whatIsCommittedIsNotReplaced() {
    assertRefused(append(B, 2, FORMED, entry(2, 1)), WhyNotBelieved.CONTRADICTS_COMMITTED);
    assertRefused(append(C, 5, FORMED, entry(2, 5)), WhyNotBelieved.CONTRADICTS_COMMITTED);
    assertRefused(append(C, 5, new EntryId(2, 1)), WhyNotBelieved.CONTRADICTS_COMMITTED);
    assertRefused(append(C, 5, new EntryId(9, 1)), WhyNotBelieved.CONTRADICTS_COMMITTED);
    Entry other = new Entry(new EntryId(2, 2), EntryType.NORMAL, new byte[] {66});
    assertRefused(append(B, 2, FORMED, other), WhyNotBelieved.CONTRADICTS_COMMITTED);
    byte[] body = new Snapshot(new EntryId(2, 3), MEMBERSHIP, new byte[5]).body();
    assertRefused(
        new RaftMessage.SnapshotChunk(C, A, 3, new EntryId(2, 3), body.length, 0, body),
        WhyNotBelieved.CONTRADICTS_COMMITTED);
    // What is not committed is.
    step(append(C, 5, new EntryId(2, 2), entry(3, 5)));
    assertThat(raft.log().last()).isEqualTo(new EntryId(3, 5));
  }

  @Test
  void secondLeaderOfATermIsRefused() {
    assertRefused(append(C, 2, new EntryId(3, 2)), WhyNotBelieved.SECOND_LEADER);
    assertRefused(new RaftMessage.Heartbeat(C, A, 2, 2, 0), WhyNotBelieved.SECOND_LEADER);
    assertRefused(new RaftMessage.TimeoutNow(C, A, 2), WhyNotBelieved.SECOND_LEADER);
    lead();
    assertRefused(new RaftMessage.Heartbeat(C, A, 2, 0, 0), WhyNotBelieved.SECOND_LEADER);
    assertThat(raft.role()).isEqualTo(Role.LEADER);
  }

  @Test
  void answersToWhatWasNotAskedAreRefused() {
    assertRefused(new RaftMessage.ReadReply(C, A, 2, 1, 2), WhyNotBelieved.NOT_ASKED);
    lead();
    assertRefused(new RaftMessage.AppendAccepted(B, A, 2, 3), WhyNotBelieved.NOT_ASKED);
    assertRefused(new RaftMessage.AppendRefused(B, A, 2, 3, FORMED), WhyNotBelieved.NOT_ASKED);
    assertRefused(new RaftMessage.HeartbeatReply(B, A, 2, 1), WhyNotBelieved.NOT_ASKED);
    step(new RaftMessage.AppendAccepted(B, A, 2, 2));
    assertThat(raft.commitIndex()).isEqualTo(2);
  }

  // ---- all together

  @Test
  void wildRunsMeetEveryReason() {
    Map<WhyNotBelieved, Long> refused = new EnumMap<>(WhyNotBelieved.class);
    for (long seed = 2; seed <= 200; seed += 2) {
      RaftStepTarget.refusedIn(seed).forEach((why, times) -> refused.merge(why, times, Long::sum));
    }
    assertThat(refused).containsOnlyKeys(WhyNotBelieved.values());
  }
}
