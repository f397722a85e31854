package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Invariant.BrokenInvariant;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sentences of the Raft paper, one by one, on a single machine: message in, work out. */
class RaftPaperTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final EntryId FORMED = new EntryId(1, 1);
  private static final RaftConfig NO_PRE_VOTE = config(false);

  private static RaftConfig config(boolean preVote) {
    return new RaftConfig(10, 2, preVote, 100, 200, 4, 300, 1 << 20, 64, 1_000, 2, 0, 5);
  }

  private static Raft node(RaftConfig config, NodeId... voters) {
    Snapshot genesis = new Snapshot(FORMED, Membership.of(List.of(voters), List.of()), new byte[0]);
    return new Raft(A, config, new RaftImage(HardState.INITIAL, genesis, List.of()), n -> 0);
  }

  /** Carries out all work and gives it back. */
  private static List<Ready> work(Raft raft) {
    List<Ready> done = new ArrayList<>();
    while (raft.hasReady()) {
      done.add(raft.ready());
      raft.advance();
    }
    return done;
  }

  private static List<RaftMessage> messages(Raft raft) {
    return work(raft).stream().flatMap(ready -> ready.messages().stream()).toList();
  }

  private static Raft leaderOfThree() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.campaign();
    work(raft);
    raft.step(new RaftMessage.VoteReply(B, A, 2, true));
    assertThat(raft.role()).isEqualTo(Role.LEADER);
    work(raft);
    return raft;
  }

  private static RaftMessage.Append append(long term, EntryId prev, long commit, long... terms) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < terms.length; i++) {
      EntryId id = new EntryId(prev.index() + 1 + i, terms[i]);
      entries.add(new Entry(id, EntryType.NORMAL, new byte[] {(byte) i}));
    }
    return new RaftMessage.Append(B, A, term, prev, entries, commit);
  }

  // ---- 5.1, 5.2

  @Test
  void nodeStartsAsFollowerAndHasNothingToSayUntilTimeout() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    assertThat(raft.role()).isEqualTo(Role.FOLLOWER);
    for (int i = 0; i < 9; i++) {
      raft.tick();
    }
    assertThat(messages(raft)).isEmpty();
    raft.tick();
    assertThat(messages(raft))
        .containsExactly(
            new RaftMessage.RequestVote(A, B, 2, FORMED, false),
            new RaftMessage.RequestVote(A, C, 2, FORMED, false));
  }

  @Test
  void termAndOwnVoteAreDurableWithTheRequestForVotes() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.campaign();
    Ready ready = raft.ready();
    assertThat(ready.persist().hardState()).isEqualTo(new HardState(2, A));
    assertThat(ready.messages()).hasSize(2);
  }

  @Test
  void preVoteRaisesNoTermAndAsksNobodyToRememberAnything() {
    Raft raft = node(RaftConfig.DEFAULT, A, B, C);
    work(raft);
    raft.campaign();
    Ready ready = raft.ready();
    assertThat(raft.term()).isEqualTo(1);
    assertThat(ready.persist().isEmpty()).isTrue();
    assertThat(ready.messages()).first().isEqualTo(new RaftMessage.PreVote(A, B, 1, FORMED));
  }

  @Test
  void soleVoterLeadsOnlyOnceItsOwnVoteIsDurable() {
    Raft raft = node(NO_PRE_VOTE, A);
    raft.campaign();
    Ready vote = raft.ready();
    assertThat(raft.role()).isEqualTo(Role.CANDIDATE);
    assertThat(vote.persist().hardState()).isEqualTo(new HardState(2, A));
    raft.advance();
    assertThat(raft.role()).isEqualTo(Role.LEADER);
  }

  @Test
  void soleVoterCommitsOnceItsOwnEntryIsDurable() {
    Raft raft = node(NO_PRE_VOTE, A);
    raft.campaign();
    work(raft);
    assertThat(raft.propose(new byte[] {5})).isEqualTo(new Proposal.Accepted(new EntryId(3, 2)));
    Ready written = raft.ready();
    assertThat(written.committed()).isEmpty();
    raft.advance();
    assertThat(raft.ready().committed()).extracting(Entry::id).containsExactly(new EntryId(3, 2));
  }

  @Test
  void oneVotePerTermIsGivenAndItIsDurableBeforeItIsSent() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(new RaftMessage.RequestVote(B, A, 2, FORMED, false));
    Ready ready = raft.ready();
    assertThat(ready.persist().hardState()).isEqualTo(new HardState(2, B));
    assertThat(ready.messages()).containsExactly(new RaftMessage.VoteReply(A, B, 2, true));
    raft.advance();
    raft.step(new RaftMessage.RequestVote(C, A, 2, FORMED, false));
    assertThat(messages(raft)).containsExactly(new RaftMessage.VoteReply(A, C, 2, false));
    raft.step(new RaftMessage.RequestVote(B, A, 2, FORMED, false));
    assertThat(messages(raft)).containsExactly(new RaftMessage.VoteReply(A, B, 2, true));
  }

  @Test
  void voteIsRememberedAcrossRestart() {
    Snapshot genesis =
        new Snapshot(FORMED, Membership.of(List.of(A, B, C), List.of()), new byte[0]);
    RaftImage image = new RaftImage(new HardState(2, B), genesis, List.of());
    Raft raft = new Raft(A, NO_PRE_VOTE, image, n -> 0);
    raft.step(new RaftMessage.RequestVote(C, A, 2, FORMED, false));
    assertThat(messages(raft)).containsExactly(new RaftMessage.VoteReply(A, C, 2, false));
  }

  @Test
  void candidateWithOlderLogNeverGetsAVote() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(append(3, FORMED, 1, 3, 3));
    work(raft);
    for (int i = 0; i < 9; i++) {
      raft.tick();
    }
    for (EntryId older : List.of(new EntryId(2, 3), new EntryId(9, 2), FORMED)) {
      raft.step(new RaftMessage.RequestVote(C, A, raft.term() + 1, older, true));
      assertThat(messages(raft))
          .containsExactly(new RaftMessage.VoteReply(A, C, raft.term(), false));
    }
    raft.step(new RaftMessage.RequestVote(C, A, raft.term() + 1, new EntryId(3, 3), true));
    assertThat(messages(raft)).containsExactly(new RaftMessage.VoteReply(A, C, raft.term(), true));
  }

  @Test
  void leaderOfNewerTermEndsCandidacyAndLeadership() {
    Raft raft = leaderOfThree();
    raft.step(append(3, FORMED, 1));
    assertThat(raft.role()).isEqualTo(Role.FOLLOWER);
    assertThat(raft.leader()).isEqualTo(B);
  }

  @Test
  void messageOfLeaderOfOlderTermIsAnsweredWithTheNewerTerm() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(new RaftMessage.RequestVote(C, A, 5, FORMED, false));
    work(raft);
    raft.step(append(4, FORMED, 1, 4));
    assertThat(messages(raft)).containsExactly(new RaftMessage.NewerTerm(A, B, 5));
  }

  // ---- 5.3

  @Test
  void followerPersistsBeforeItAccepts() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(append(2, FORMED, 1, 2, 2));
    Ready ready = raft.ready();
    assertThat(ready.persist().entries()).hasSize(2);
    assertThat(ready.messages()).containsExactly(new RaftMessage.AppendAccepted(A, B, 2, 3));
  }

  @Test
  void conflictingEntriesAreReplacedAndWhatFitsStays() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(append(2, FORMED, 1, 2, 2, 2));
    work(raft);
    raft.step(append(3, new EntryId(2, 2), 1, 3));
    Ready ready = raft.ready();
    assertThat(ready.persist().entries()).extracting(Entry::id).containsExactly(new EntryId(3, 3));
    assertThat(raft.status().last()).isEqualTo(new EntryId(3, 3));
  }

  @Test
  void olderAppendOfTheSameLeaderDropsNothing() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(append(2, FORMED, 1, 2, 2, 2));
    work(raft);
    raft.step(append(2, FORMED, 1, 2));
    assertThat(raft.status().last()).isEqualTo(new EntryId(4, 2));
  }

  @Test
  void commitIndexOfTheLeaderIsTakenOnlyAsFarAsTheAppendReaches() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(append(2, FORMED, 1, 2, 2, 2));
    work(raft);
    raft.step(append(3, new EntryId(2, 2), 9));
    assertThat(raft.commitIndex()).isEqualTo(2);
  }

  @Test
  void entryIsCommittedOnceAMajorityHasItAndTheLeaderTells() {
    Raft raft = leaderOfThree();
    raft.step(new RaftMessage.AppendAccepted(C, A, 2, 2));
    List<RaftMessage> sent = messages(raft);
    assertThat(raft.commitIndex()).isEqualTo(2);
    assertThat(sent).contains(new RaftMessage.Append(A, C, 2, new EntryId(2, 2), List.of(), 2));
  }

  // ---- the contract of Ready

  @Test
  void nextReadyIsOnlyGivenAfterAdvance() {
    Raft raft = leaderOfThree();
    raft.propose(new byte[1]);
    raft.ready();
    raft.propose(new byte[1]);
    assertThat(raft.hasReady()).isFalse();
    assertThatThrownBy(raft::ready).isInstanceOf(BrokenInvariant.class);
    raft.advance();
    assertThat(raft.ready().persist().entries())
        .extracting(Entry::id)
        .containsExactly(new EntryId(4, 2));
  }

  @Test
  void entriesReplacedWhileBeingWrittenAreWrittenAgain() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    raft.step(append(2, FORMED, 1, 2, 2));
    raft.ready();
    raft.step(append(3, new EntryId(2, 2), 1, 3));
    raft.advance();
    assertThat(raft.log().durable()).isEqualTo(2);
    assertThat(raft.ready().persist().entries())
        .extracting(Entry::id)
        .containsExactly(new EntryId(3, 3));
  }

  @Test
  void proposalsOfOneTurnShareAnAppend() {
    Raft raft = leaderOfThree();
    raft.step(new RaftMessage.AppendAccepted(B, A, 2, 2));
    work(raft);
    raft.propose(new byte[1]);
    raft.propose(new byte[2]);
    assertThat(messages(raft))
        .filteredOn(message -> message.to().equals(B))
        .singleElement()
        .isInstanceOfSatisfying(
            RaftMessage.Append.class, append -> assertThat(append.entries()).hasSize(2));
  }

  // ---- limits

  @Test
  void proposalBeyondALimitIsRefusedAndSaysWhichOne() {
    Raft raft = leaderOfThree();
    assertThat(raft.propose(new byte[101]))
        .isInstanceOfSatisfying(
            Proposal.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Proposal.Reason.INVALID);
              assertThat(refused.why()).contains("101 bytes").contains("100");
            });
    Proposal last = raft.propose(new byte[100]);
    for (int i = 0; i < 5; i++) {
      last = raft.propose(new byte[100]);
    }
    assertThat(last)
        .isInstanceOfSatisfying(
            Proposal.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Proposal.Reason.OVERLOADED));
  }

  @Test
  void appendsInFlightAreBoundedAndGoOnWithAnswers() {
    Raft raft = leaderOfThree();
    raft.step(new RaftMessage.AppendAccepted(B, A, 2, 2));
    work(raft);
    int sent = 0;
    for (int i = 0; i < 10; i++) {
      raft.propose(new byte[1]);
      sent += (int) messages(raft).stream().filter(message -> message.to().equals(B)).count();
    }
    assertThat(sent).isEqualTo(4);
    raft.step(new RaftMessage.AppendAccepted(B, A, 2, 6));
    assertThat(messages(raft)).anyMatch(message -> message.to().equals(B));
  }

  @Test
  void moreReadsThanTheLimitAreNotTaken() {
    Raft raft = leaderOfThree();
    assertThat(raft.readIndex(1)).isTrue();
    assertThat(raft.readIndex(2)).isTrue();
    assertThat(raft.readIndex(3)).isFalse();
  }

  @Test
  void snapshotBeyondTheLimitIsRefused() {
    Raft raft = node(NO_PRE_VOTE, A, B, C);
    RaftMessage chunk =
        new RaftMessage.SnapshotChunk(B, A, 2, new EntryId(9, 2), 1_001, 0, new byte[10]);
    raft.step(chunk);
    assertThat(work(raft))
        .flatExtracting(Ready::events)
        .singleElement()
        .satisfies(fact -> assertThat(fact.toString()).contains("IMPOSSIBLE", "at most 1000"));
  }

  @Test
  void snapshotOfACompactedLogStartsANewMachine() {
    Raft raft = node(NO_PRE_VOTE, A);
    raft.campaign();
    work(raft);
    raft.propose(new byte[] {1});
    work(raft);
    assertThat(raft.compact(raft.appliedIndex(), new byte[] {9})).isTrue();
    assertThat(raft.compact(raft.appliedIndex(), new byte[] {9})).isFalse();
    Snapshot snapshot = work(raft).get(0).persist().snapshot();
    assertThat(snapshot).isNotNull();
    Raft again =
        new Raft(A, NO_PRE_VOTE, new RaftImage(new HardState(2, A), snapshot, List.of()), n -> 0);
    assertThat(again.commitIndex()).isEqualTo(3);
    assertThat(again.membership()).isEqualTo(Membership.of(List.of(A), List.of()));
    again.campaign();
    work(again);
    assertThat(again.role()).isEqualTo(Role.LEADER);
  }
}
