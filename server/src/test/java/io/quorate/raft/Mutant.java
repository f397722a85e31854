package io.quorate.raft;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** Classic mistakes; each breaks exactly one rule. */
@SuppressWarnings("ImmutableEnumChecker") // rules have no state
enum Mutant {
  NONE(new RaftRules()),
  OWN_VOTE_NOT_COUNTED(
      new RaftRules() {
        @Override
        boolean candidateVotesForItself() {
          return false;
        }
      }),
  ELECTED_WITHOUT_MAJORITY(
      new RaftRules() {
        @Override
        boolean wins(int granted, int voters) {
          return granted >= (voters + 1) / 2;
        }
      }),
  VOTE_KEPT_IN_NEW_TERM(
      new RaftRules() {
        @Override
        @Nullable NodeId voteInNewTerm(@Nullable NodeId votedFor) {
          return votedFor;
        }
      }),
  VOTES_TWICE_IN_A_TERM(
      new RaftRules() {
        @Override
        boolean free(@Nullable NodeId votedFor, NodeId candidate) {
          return true;
        }
      }),
  NO_CONSISTENCY_CHECK(
      new RaftRules() {
        @Override
        boolean follows(RaftLog log, EntryId prev) {
          return prev.index() <= log.lastIndex();
        }
      }),
  COMMITS_OLD_TERMS_BY_COUNTING(
      new RaftRules() {
        @Override
        boolean mayCommit(long entryTerm, long leaderTerm) {
          return true;
        }
      }),
  VOTES_FOR_OLDER_LOGS(
      new RaftRules() {
        @Override
        boolean upToDate(EntryId theirs, EntryId ours) {
          return true;
        }
      }),
  READS_WITHOUT_QUORUM(
      new RaftRules() {
        @Override
        boolean confirms(int answered, int voters) {
          return true;
        }
      }),
  CHANGES_MEMBERSHIP_BEFORE_OWN_COMMIT(
      new RaftRules() {
        @Override
        boolean mayChangeMembership(boolean committedInTerm, boolean changePending) {
          return !changePending;
        }
      }),
  CHANGES_MEMBERSHIP_WHILE_ONE_IS_PENDING(
      new RaftRules() {
        @Override
        boolean mayChangeMembership(boolean committedInTerm, boolean changePending) {
          return committedInTerm;
        }
      }),
  TAKES_NEEDED_VOTES_AWAY(
      new RaftRules() {
        @Override
        boolean mayTakeVoteAway(long answering, int majority) {
          return true;
        }
      }),
  VOTE_IN_A_KNOWN_TERM_NOT_SAVED(
      new RaftRules() {
        @Override
        boolean mustSave(HardState now, HardState saved) {
          return now.term() != saved.term();
        }
      }),
  OLD_GENERATION_LEADS(
      new RaftRules() {
        @Override
        boolean isOfGeneration(EntryId last, long term) {
          return true;
        }
      }),
  FOLLOWS_A_LOG_THAT_LACKS_WHAT_IT_COMMITTED(
      new RaftRules() {
        @Override
        @Nullable Recovery lossOf(EntryId committed, Membership membership) {
          return null;
        }
      }),
  /** Not a rule of the machine: the driver that carries out its work makes this mistake. */
  ANSWER_BEFORE_DURABLE(new RaftRules());

  private final RaftRules rules;

  Mutant(RaftRules rules) {
    this.rules = rules;
  }

  RaftRules rules() {
    return rules;
  }
}
