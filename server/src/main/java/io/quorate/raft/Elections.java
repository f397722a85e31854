package io.quorate.raft;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.raft.RaftEvent.WhyRefused;
import io.quorate.raft.RaftEvent.WhySteppedDown;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * This node's role in its term, and how it changes: a follower whose leader is silent campaigns, a
 * candidate that wins leads, and every node follows a leader that it hears. Messages come here when
 * they have been believed.
 */
final class Elections {
  private final NodeId self;
  private final RaftConfig config;
  private final ElectionTime time;
  private final RaftRules rules;
  private final RaftLog log;
  private final Outbox outbox;
  private final Ballot ballot;
  private final Voter voter;
  private final ElectionTimer timer;
  private final Pause pause;
  private final ForwardedReads forwardedReads;
  private final HandOvers handOvers;

  private Role role = Role.FOLLOWER;

  /** The leader of this term, once it is known. */
  private @Nullable NodeId leader;

  /** Not null exactly while campaigning or asking whether to. */
  private @Nullable Election election;

  /** Not null exactly while leading. */
  private @Nullable Leadership leadership;

  Elections(
      NodeId self,
      RaftConfig config,
      RaftRules rules,
      RaftLog log,
      Outbox outbox,
      HardState stored,
      IntUnaryOperator chance) {
    this.self = self;
    this.config = config;
    this.rules = rules;
    this.log = log;
    this.outbox = outbox;
    this.ballot = new Ballot(stored, log.last(), rules);
    this.voter = new Voter(self, rules, log, outbox);
    this.time = new ElectionTime(config.electionTicks());
    this.timer = new ElectionTimer(time, chance);
    this.pause = new Pause(config.answerTicks());
    this.forwardedReads = new ForwardedReads(config.readsMax(), outbox);
    this.handOvers = new HandOvers(time);
  }

  Role role() {
    return role;
  }

  long term() {
    return ballot.term();
  }

  @Nullable NodeId leader() {
    return leader;
  }

  /** What this node does as leader; null while it does not lead. */
  @Nullable Leadership leadership() {
    return leadership;
  }

  /** Reads that were sent to {@link #leader()}. */
  ForwardedReads forwardedReads() {
    return forwardedReads;
  }

  /** Who gave leadership away lately, as far as this node has seen it. */
  HandOvers handOvers() {
    return handOvers;
  }

  HardState hardState() {
    return ballot.hardState();
  }

  SoftState softState() {
    return new SoftState(role, leader, ballot.term());
  }

  boolean isLeaderHeard() {
    return role == Role.LEADER || (leader != null && timer.isRecent());
  }

  private Voter.Heard heard() {
    if (isLeaderHeard()) {
      return Voter.Heard.LEADER_LATELY;
    }
    return leader == null ? Voter.Heard.NO_LEADER : Voter.Heard.LEADER_LONG_AGO;
  }

  // ---- time

  ElectionTime time() {
    return time;
  }

  Pause pause() {
    return pause;
  }

  void tick() {
    handOvers.tick();
    pause.tick();
    if (leadership != null) {
      if (!leadership.tick()) {
        stepDown(WhySteppedDown.NO_QUORUM);
      }
      return;
    }
    timer.tick();
    if (!timer.isOver()) {
      return;
    }
    if (mayCampaign()) {
      campaign(config.preVote(), false);
    } else {
      // A learner, too, must notice that its leader is silent: it may have been removed, and the
      // message that told it was lost. No other is sent to a node that is no member.
      follow(null);
    }
  }

  // ---- campaigns

  /** Campaigns, unless this node leads or must not lead. */
  void campaign() {
    if (role != Role.LEADER && mayCampaign()) {
      campaign(config.preVote(), false);
    }
  }

  /** The leader of this term hands over to this node. */
  void onTimeoutNow(NodeId from) {
    handOvers.handedOver(from);
    if (role != Role.LEADER && mayCampaign()) {
      campaign(false, true); // no pre-vote: the others still hear the leader
    }
  }

  /**
   * Voters campaign; so does one whose removal is not committed as far as it knows: the others may
   * not have that entry, and then no other node can win (4.2.2, figure 4.6).
   */
  private boolean mayCampaign() {
    boolean isVoter = log.membership().isVoter(self);
    boolean leaving =
        log.membershipIndex() > log.commit()
            && log.membershipAt(log.membershipIndex() - 1).isVoter(self);
    // The next term must be of this generation, too: terms can be used up.
    return (isVoter || leaving)
        && !log.restorePending()
        && rules.isOfGeneration(log.last(), ballot.term())
        && rules.isOfGeneration(log.last(), ballot.term() + 1);
  }

  private void campaign(boolean preVote, boolean transfer) {
    Invariant.hold(role != Role.LEADER, "the leader of term %d campaigns", ballot.term());
    follow(null);
    if (!preVote) {
      ballot.enterNextAsCandidate(self);
    }
    role = preVote ? Role.PRE_CANDIDATE : Role.CANDIDATE;
    timer.restart();
    long term = ballot.term();
    outbox.tell(new RaftEvent.Campaigned(preVote ? term + 1 : term, preVote));
    Membership membership = log.membership();
    election = new Election(membership, rules);
    for (NodeId other : membership.voters()) {
      if (other.equals(self)) {
        continue;
      }
      outbox.send(
          preVote
              ? new RaftMessage.PreVote(self, other, term, log.last())
              : new RaftMessage.RequestVote(self, other, term, log.last(), transfer));
    }
    if (preVote) {
      voteForItself(Role.PRE_CANDIDATE);
    }
  }

  /** A candidate's term is durable, and so is its vote for itself. */
  void onTermDurable() {
    voteForItself(Role.CANDIDATE);
  }

  /**
   * Its own vote, too, counts only when it is durable: a sole voter that led at once and crashed
   * could lead the same term again, with other entries.
   */
  private void voteForItself(Role asked) {
    if (rules.candidateVotesForItself()) {
      onVote(self, true, asked);
    }
  }

  private void onVote(NodeId from, boolean granted, Role asked) {
    if (election == null || role != asked) {
      return;
    }
    election.record(from, granted);
    if (election.isWon()) {
      if (role == Role.PRE_CANDIDATE) {
        campaign(false, false);
      } else {
        becomeLeader();
      }
    } else if (election.isLost()) {
      becomeFollower(ballot.term(), null);
    }
  }

  void onVoteReply(RaftMessage.VoteReply reply) {
    onVote(reply.from(), reply.granted(), Role.CANDIDATE);
  }

  void onPreVoteReply(RaftMessage.PreVoteReply reply) {
    if (reply.asked() == ballot.term() + 1) {
      onVote(reply.from(), reply.granted(), Role.PRE_CANDIDATE);
    }
  }

  // ---- votes for others

  void onPreVote(RaftMessage.PreVote ask) {
    voter.onPreVote(ask, ballot.term(), ballot.votedFor(), heard());
  }

  void onRequestVote(RaftMessage.RequestVote ask) {
    if (voter.grants(ask, ballot.votedFor())) {
      ballot.voteFor(ask.from());
      timer.restart();
    }
  }

  /**
   * A node campaigns in a later term because a leader asked it to: that of the term before, which
   * is this node's term if it knows who that is.
   */
  void noteHandOver(RaftMessage.RequestVote ask) {
    if (ask.transfer() && leader != null && ask.term() == ballot.term() + 1) {
      handOvers.handedOver(leader);
    }
  }

  /** Refuses a vote in a later term, and stays in this one. */
  void refuseWhileLeaderIsHeard(RaftMessage.RequestVote ask) {
    voter.refuse(ask.from(), ask.term(), false, WhyRefused.LEADER_HEARD, ask.last());
  }

  // ---- roles

  private void becomeLeader() {
    Set<NodeId> electors = election == null ? Set.of() : election.granted();
    election = null;
    role = Role.LEADER;
    leader = self;
    outbox.tell(new RaftEvent.BecameLeader(ballot.term()));
    leadership = new Leadership(self, ballot.term(), config, time, pause, rules, log, outbox);
    leadership.begin(electors);
  }

  /**
   * Follows in a term, which is this one or a later one.
   *
   * @param newLeader null if it is not known
   */
  void becomeFollower(long newTerm, @Nullable NodeId newLeader) {
    if (leadership != null) {
      endLeadership(WhySteppedDown.NEWER_TERM);
    }
    ballot.enter(newTerm);
    election = null;
    role = Role.FOLLOWER;
    follow(newLeader);
    timer.restart();
  }

  /** Follows in a term of a later generation, which is proven. */
  void enterGeneration(long recovered) {
    becomeFollower(ballot.term(), null);
    ballot.enterGeneration(recovered);
  }

  private void stepDown(WhySteppedDown why) {
    endLeadership(why);
    becomeFollower(ballot.term(), null);
  }

  private void endLeadership(WhySteppedDown why) {
    if (leadership != null) {
      leadership.end();
      leadership = null;
      outbox.tell(new RaftEvent.SteppedDown(ballot.term(), why));
    }
  }

  /** A leader that removed or demoted itself goes when that is committed, and names an heir. */
  void leaveIfRemoved() {
    if (leadership != null && leadership.isRemoved()) {
      leadership.replicateIfDue();
      NodeId heir = leadership.heir();
      if (heir != null) {
        outbox.send(new RaftMessage.TimeoutNow(self, heir, ballot.term()));
      }
      stepDown(WhySteppedDown.REMOVED);
    }
  }

  /** Heard the leader of this term. */
  void onLeader(NodeId from) {
    if (role != Role.FOLLOWER) {
      becomeFollower(ballot.term(), from);
    }
    follow(from);
    timer.restart();
  }

  private void follow(@Nullable NodeId newLeader) {
    if (leader != null && !leader.equals(newLeader)) {
      forwardedReads.lose();
    }
    leader = newLeader;
  }
}
