package io.quorate.raft;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** Classic mistakes; each breaks exactly one rule. */
@SuppressWarnings("ImmutableEnumChecker") // rules have no state
enum Mutant {
  NONE(new Rules()),
  OWN_VOTE_NOT_COUNTED(
      new Rules() {
        @Override
        boolean candidateVotesForItself() {
          return false;
        }
      }),
  ELECTED_WITHOUT_MAJORITY(
      new Rules() {
        @Override
        boolean wins(int granted, int voters) {
          return granted >= (voters + 1) / 2;
        }
      }),
  VOTE_KEPT_IN_NEW_TERM(
      new Rules() {
        @Override
        @Nullable NodeId voteInNewTerm(@Nullable NodeId votedFor) {
          return votedFor;
        }
      }),
  VOTES_TWICE_IN_A_TERM(
      new Rules() {
        @Override
        boolean free(@Nullable NodeId votedFor, NodeId candidate) {
          return true;
        }
      }),
  NO_CONSISTENCY_CHECK(
      new Rules() {
        @Override
        boolean follows(RaftLog log, EntryId prev) {
          return prev.index() <= log.lastIndex();
        }
      }),
  COMMITS_OLD_TERMS_BY_COUNTING(
      new Rules() {
        @Override
        boolean mayCommit(long entryTerm, long leaderTerm) {
          return true;
        }
      }),
  VOTES_FOR_OLDER_LOGS(
      new Rules() {
        @Override
        boolean upToDate(EntryId theirs, EntryId ours) {
          return true;
        }
      }),
  READS_WITHOUT_QUORUM(
      new Rules() {
        @Override
        boolean confirms(int answered, int voters) {
          return true;
        }
      }),
  CHANGES_MEMBERSHIP_BEFORE_OWN_COMMIT(
      new Rules() {
        @Override
        boolean mayChangeMembership(boolean committedInTerm, boolean changePending) {
          return !changePending;
        }
      }),
  CHANGES_MEMBERSHIP_WHILE_ONE_IS_PENDING(
      new Rules() {
        @Override
        boolean mayChangeMembership(boolean committedInTerm, boolean changePending) {
          return committedInTerm;
        }
      }),
  VOTE_IN_A_KNOWN_TERM_NOT_SAVED(
      new Rules() {
        @Override
        boolean mustSave(HardState now, HardState saved) {
          return now.term() != saved.term();
        }
      }),
  OLD_GENERATION_LEADS(
      new Rules() {
        @Override
        boolean isOfGeneration(EntryId last, long term) {
          return true;
        }
      }),
  FOLLOWS_A_LOG_THAT_LACKS_WHAT_IT_COMMITTED(
      new Rules() {
        @Override
        @Nullable Recovery lossOf(EntryId committed, Membership membership) {
          return null;
        }
      }),
  /** Not a rule of the machine: the driver that carries out its work makes this mistake. */
  ANSWER_BEFORE_DURABLE(new Rules());

  private final Rules rules;

  Mutant(Rules rules) {
    this.rules = rules;
  }

  Rules rules() {
    return rules;
  }
}
