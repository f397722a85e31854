package io.quorate.raft;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
import io.quorate.raft.RaftEvent.WhyRefused;
import io.quorate.raft.RaftEvent.WhySteppedDown;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One node of a Raft group. Inputs are {@link #step}, {@link #tick} and the proposals; their
 * consequences are fetched with {@link #ready()}, carried out as {@link Ready} says, and confirmed
 * with {@link #advance()}. Owned by one lane; nothing here blocks.
 */
public final class Raft {
  private final NodeId self;
  private final RaftConfig config;
  private final IntUnaryOperator chance;
  private final RaftRules rules;
  private final RaftLog log;
  private final Outbox outbox = new Outbox();
  private final Voter voter;
  private final Following following;

  private final Bounds bounds;
  private final Contradictions contradictions;
  private final TermAllowance termAllowance = new TermAllowance();

  /**
   * Latest term seen. Durable before any message that carries it.
   *
   * <p>It is of the generation of this node's log, or of a later one that this node was told of but
   * has no log of yet (see {@link Recovery}); it takes no part in elections there. It never falls,
   * but for one case: from a generation that the log is not of, to one that is proven. This node
   * has given no vote in either. A term that came about by an error can so be left behind.
   */
  private long term;

  /** Whom this node voted for in {@link #term}. Durable before the vote is sent. */
  private @Nullable NodeId votedFor;

  private Role role = Role.FOLLOWER;

  /** Who leads this term, once that is known. */
  private @Nullable NodeId leader;

  /** Not null exactly while campaigning or asking whether to. */
  private @Nullable Election election;

  /** Not null exactly while leading. */
  private @Nullable Leadership leadership;

  /** Since the leader was heard, a vote was given, or a campaign began. */
  private int electionElapsedTicks;

  private int electionTimeoutTicks;

  private final ForwardedReads forwardedReads;

  private HardState givenHardState;
  private SoftState givenSoftState;

  /** The work being carried out; the next is given out when it is done. */
  private RaftLog.@Nullable Work inProgress;

  /**
   * Starts from what is durable.
   *
   * @param chance given n, answers any number from 0 to n-1; it spreads election timeouts, so it
   *     must differ between nodes
   */
  public Raft(NodeId self, RaftConfig config, RaftImage image, IntUnaryOperator chance) {
    this(self, config, image, chance, Reader.OF_EVERYTHING);
  }

  /**
   * Starts from what is durable.
   *
   * @param reader asked before anything that a leader sends is taken over
   */
  public Raft(
      NodeId self, RaftConfig config, RaftImage image, IntUnaryOperator chance, Reader reader) {
    this(self, config, image, chance, reader, new RaftRules());
  }

  Raft(NodeId self, RaftConfig config, RaftImage image, IntUnaryOperator chance, RaftRules rules) {
    this(self, config, image, chance, Reader.OF_EVERYTHING, rules);
  }

  private Raft(
      NodeId self,
      RaftConfig config,
      RaftImage image,
      IntUnaryOperator chance,
      Reader reader,
      RaftRules rules) {
    this.self = self;
    this.config = config;
    this.chance = chance;
    this.rules = rules;
    this.log = new RaftLog(image, config.entriesKept());
    this.voter = new Voter(self, rules, log, outbox);
    this.following = new Following(self, rules, log, outbox, reader);
    this.bounds = new Bounds(self, config);
    this.contradictions = new Contradictions(log);
    this.forwardedReads = new ForwardedReads(config.readsMax(), outbox);
    givenHardState = image.hardState();
    term = image.hardState().term();
    votedFor = image.hardState().votedFor();
    if (log.last().term() > term) {
      term = log.last().term(); // a cluster just formed has a snapshot and no vote yet
      votedFor = null;
    }
    givenSoftState = softState();
    restartElectionTimer();
  }

  // ---- what it is

  public NodeId self() {
    return self;
  }

  public Role role() {
    return role;
  }

  public long term() {
    return term;
  }

  /** Who leads, as far as this node knows. */
  public @Nullable NodeId leader() {
    return leader;
  }

  /** The membership in force here: the latest in the log. */
  public Membership membership() {
    return log.membership();
  }

  /** Where the log ends, with what is not committed yet. */
  public long lastIndex() {
    return log.lastIndex();
  }

  public long commitIndex() {
    return log.commit();
  }

  public long appliedIndex() {
    return log.applied();
  }

  /** Index of the newest snapshot, 0 if there is none; for deciding when to compact. */
  public long snapshotIndex() {
    Snapshot snapshot = log.snapshot();
    return snapshot == null ? 0 : snapshot.index();
  }

  public RaftStatus status() {
    Snapshot snapshot = log.snapshot();
    SortedMap<NodeId, RaftStatus.FollowerStatus> followers =
        leadership == null ? new TreeMap<>() : leadership.followers();
    return new RaftStatus(
        self,
        role,
        term,
        votedFor,
        leader,
        log.commit(),
        log.applied(),
        log.last(),
        snapshot == null ? EntryId.ZERO : snapshot.last(),
        log.membership(),
        log.membershipIndex(),
        leadership == null ? null : leadership.transferTarget(),
        followers);
  }

  RaftLog log() {
    return log;
  }

  // ---- requests of the caller

  /** Asks for {@code payload} to be put into the log; only a leader can. Not copied. */
  public Proposal propose(byte[] payload) {
    return leadership == null ? new Proposal.NotLeader(leader) : leadership.propose(payload);
  }

  /** Asks for one change of the membership; the next can be made when this one is committed. */
  public Proposal changeMembership(MembershipChange change) {
    return leadership == null
        ? new Proposal.NotLeader(leader)
        : leadership.changeMembership(change);
  }

  /**
   * Asks for an index that is at least everything committed before this call (6.4). Each read that
   * was taken is answered in {@link Ready#reads()}, except that an answer from another node may be
   * lost on its way: give up after a while. May be called on any member that knows the leader.
   *
   * @param context comes back with the answer; the caller's own numbering
   * @return false if it was not taken: no leader is known, or too many wait
   */
  public boolean readIndex(long context) {
    if (leadership != null) {
      return leadership.read(self, context);
    }
    return leader != null
        && forwardedReads.send(new RaftMessage.ReadRequest(self, leader, term, context));
  }

  /** No answer to this read is waited for any more. */
  public void forgetRead(long context) {
    forwardedReads.forget(context);
  }

  /**
   * Hands leadership over: the target is brought up to date, then told to campaign at once (3.10).
   * Meanwhile proposals are refused. Given up after an election timeout.
   *
   * @return why it cannot be, or null if it was begun; {@link #status()} and {@link SoftState} tell
   *     the rest
   */
  public @Nullable String transferLeadership(NodeId target) {
    return leadership == null
        ? "node " + self + " does not lead: ask " + (leader == null ? "again later" : leader)
        : leadership.transferTo(target);
  }

  /** Campaigns now instead of when the leader has been silent for long enough. */
  public void campaign() {
    if (role != Role.LEADER && mayCampaign()) {
      campaign(config.preVote(), false);
    }
  }

  /**
   * Replaces the log up to {@code index}, which must be applied, by the caller's state after it.
   * The snapshot is durable once the next {@link Ready} is carried out.
   *
   * @return false if there is a snapshot of that index or a later one already
   */
  public boolean compact(long index, byte[] state) {
    return log.compact(index, state);
  }

  // ---- time

  /** One tick has passed. */
  public void tick() {
    termAllowance.tick();
    if (leadership != null) {
      if (!leadership.tick()) {
        stepDown(WhySteppedDown.NO_QUORUM);
      }
      return;
    }
    electionElapsedTicks++;
    if (electionElapsedTicks < electionTimeoutTicks) {
      return;
    }
    if (mayCampaign()) {
      campaign(config.preVote(), false);
    } else {
      // A learner, too, must notice that its leader is silent: it may have been removed, and the
      // message that told it was lost. Nobody sends another to a node that is no member.
      follow(null);
    }
  }

  private void restartElectionTimer() {
    electionElapsedTicks = 0;
    electionTimeoutTicks = config.electionTicks() + chance.applyAsInt(config.electionTicks());
  }

  // ---- messages

  /**
   * Takes one message in; messages to others are ignored. What is in it is checked before it is
   * believed: a message that no honest member sends is refused, which {@link
   * RaftEvent.MessageRefused} tells, and changes nothing; but one of a term too far ahead raises
   * the term by a bounded step.
   */
  public void step(RaftMessage message) {
    if (!message.to().equals(self)) {
      return;
    }
    Doubt impossible = bounds.of(message);
    if (impossible != null) {
      refuse(message, impossible);
    } else if (Recovery.generationOf(message.term()) != Recovery.generationOf(term)) {
      onOtherGeneration(message);
    } else {
      stepInGeneration(message);
    }
  }

  private void refuse(RaftMessage message, Doubt doubt) {
    outbox.tell(new RaftEvent.MessageRefused(message.from(), doubt.why(), doubt.detail()));
  }

  /**
   * A group that was recovered and what is left of the group before must not mix. The later
   * generation is believed only where it is proven, for a term is durable: a wrong one would leave
   * this node without a vote for good.
   */
  private void onOtherGeneration(RaftMessage message) {
    long ofLog = Recovery.generationOf(log.last().term());
    long theirs = Recovery.generationOf(message.term());
    if (theirs < ofLog) {
      if (!(message instanceof RaftMessage.Recovered)) {
        // What is left of the group before: it must not go on on its own.
        outbox.send(
            new RaftMessage.Recovered(
                self, message.from(), log.last().term(), log.membership().recoveries()));
      }
      return;
    }
    if (message instanceof RaftMessage.Recovered notice
        && theirs > ofLog
        && Recovery.lead(notice.recoveries(), ofLog, theirs)) {
      enterGeneration(notice.term());
      return;
    }
    refuse(
        message,
        theirs > ofLog
            ? Doubt.of(
                WhyNotBelieved.OTHER_GENERATION,
                "its term %d is of recovery %x, and nothing shows that the group was recovered",
                message.term(),
                theirs)
            : Doubt.of(
                WhyNotBelieved.OTHER_GENERATION,
                "the term here, %d, is of recovery %x, which the log here does not know; this node"
                    + " waits for the recovered log",
                term,
                Recovery.generationOf(term)));
  }

  private void enterGeneration(long recovered) {
    becomeFollower(term, null);
    term = recovered;
    votedFor = null;
  }

  private void stepInGeneration(RaftMessage message) {
    boolean old = message.term() < term;
    Doubt contradiction = old ? null : contradictions.in(message);
    if (contradiction != null) {
      refuse(message, contradiction);
      return;
    }
    if (message.term() > term) {
      if (message instanceof RaftMessage.RequestVote ask && !ask.transfer() && leaderIsHeard()) {
        // A node that was cut off must not end a term in which the leader is well (4.2.3).
        voter.refuse(ask.from(), ask.term(), false, WhyRefused.LEADER_HEARD, ask.last());
        return;
      }
      // A question about a term that nobody has entered yet must not move us there (9.6).
      if (!(message instanceof RaftMessage.PreVote)) {
        if (!mayRiseTo(message)) {
          return;
        }
        becomeFollower(message.term(), isFromLeader(message) ? message.from() : null);
      }
    } else if (message.term() < term && isFromLeader(message)) {
      // With pre-vote a node in a later term asks nobody to follow it there, so a leader it can
      // hear but not follow would never know; this ends its term.
      outbox.send(new RaftMessage.NewerTerm(self, message.from(), term));
      return;
    } else if (message.term() < term && !isAboutPreVote(message)) {
      return;
    }
    Doubt usurped = old ? null : ofSender(message);
    if (usurped != null) {
      refuse(message, usurped);
      return;
    }
    switch (message) {
      case RaftMessage.PreVote ask -> voter.onPreVote(ask, term, votedFor, heard());
      case RaftMessage.PreVoteReply reply -> onPreVoteReply(reply);
      case RaftMessage.RequestVote ask -> onRequestVote(ask);
      case RaftMessage.VoteReply reply -> onVote(reply.from(), reply.granted(), Role.CANDIDATE);
      case RaftMessage.Append append -> {
        onLeader(append.from());
        following.onAppend(append);
      }
      case RaftMessage.Heartbeat heartbeat -> {
        onLeader(heartbeat.from());
        following.onHeartbeat(heartbeat);
      }
      case RaftMessage.SnapshotChunk chunk -> {
        onLeader(chunk.from());
        Doubt unreadable = following.onSnapshotChunk(chunk);
        if (unreadable != null) {
          refuse(message, unreadable);
        }
      }
      case RaftMessage.TimeoutNow now -> onTimeoutNow();
      case RaftMessage.NewerTerm notice -> {} // its term is all it says
      case RaftMessage.Recovered notice -> {} // this node was told before
      case RaftMessage.ReadReply reply -> forwardedReads.onReply(reply);
      case RaftMessage.ReadRequest ask -> onReadRequest(ask);
      case RaftMessage.AppendAccepted reply -> {
        if (leadership != null) {
          leadership.onAppendAccepted(reply);
        }
      }
      case RaftMessage.AppendRefused reply -> {
        if (leadership != null) {
          leadership.onAppendRefused(reply);
        }
      }
      case RaftMessage.HeartbeatReply reply -> {
        if (leadership != null) {
          leadership.onHeartbeatReply(reply);
        }
      }
      case RaftMessage.SnapshotReply reply -> {
        if (leadership != null) {
          leadership.onSnapshotReply(reply);
        }
      }
    }
    leaveIfRemoved();
  }

  /** Whether the term may rise to that of a message; else it rises as far as it may. */
  private boolean mayRiseTo(RaftMessage message) {
    long rise = message.term() - term;
    long step = termAllowance.take(rise);
    if (step == rise) {
      return true;
    }
    refuse(
        message,
        Doubt.of(
            WhyNotBelieved.TERM_FAR_AHEAD,
            "its term %d is %d ahead of the one here, and terms rise by %d at once",
            message.term(),
            rise,
            TermAllowance.AT_ONCE));
    if (step > 0) {
      becomeFollower(term + step, null);
    }
    return false;
  }

  /** Whether another node decides what a message of this node's term is about. */
  private @Nullable Doubt ofSender(RaftMessage message) {
    if (isFromLeader(message) && leader != null && !leader.equals(message.from())) {
      return Doubt.of(
          WhyNotBelieved.SECOND_LEADER,
          "it speaks as leader of term %d, which node %s leads",
          message.term(),
          leader);
    }
    if (message instanceof RaftMessage.ReadReply
        && leader != null
        && !leader.equals(message.from())) {
      return Doubt.of(
          WhyNotBelieved.NOT_ASKED, "it answers a read for the leader, node %s", leader);
    }
    return leadership == null ? null : leadership.doubt(message);
  }

  private static boolean isFromLeader(RaftMessage message) {
    return message instanceof RaftMessage.Append
        || message instanceof RaftMessage.Heartbeat
        || message instanceof RaftMessage.SnapshotChunk
        || message instanceof RaftMessage.TimeoutNow;
  }

  private static boolean isAboutPreVote(RaftMessage message) {
    return message instanceof RaftMessage.PreVote || message instanceof RaftMessage.PreVoteReply;
  }

  // ---- elections

  private boolean leaderIsHeard() {
    return role == Role.LEADER || (leader != null && electionElapsedTicks < config.electionTicks());
  }

  private Voter.Heard heard() {
    if (leaderIsHeard()) {
      return Voter.Heard.LEADER_LATELY;
    }
    return leader == null ? Voter.Heard.NO_LEADER : Voter.Heard.LEADER_LONG_AGO;
  }

  /**
   * Voters campaign; so does one whose removal is not committed as far as it knows: the others may
   * not have that entry, and then nobody else can win (4.2.2, figure 4.6).
   */
  private boolean mayCampaign() {
    boolean voter = log.membership().isVoter(self);
    boolean leaving =
        log.membershipIndex() > log.commit()
            && log.membershipAt(log.membershipIndex() - 1).isVoter(self);
    // The next term must be of this generation, too: terms can be used up.
    return (voter || leaving)
        && !log.restorePending()
        && rules.isOfGeneration(log.last(), term)
        && rules.isOfGeneration(log.last(), term + 1);
  }

  private void campaign(boolean preVote, boolean transfer) {
    Invariant.hold(role != Role.LEADER, "the leader of term %d campaigns", term);
    follow(null);
    if (!preVote) {
      term++;
      votedFor = self;
    }
    role = preVote ? Role.PRE_CANDIDATE : Role.CANDIDATE;
    restartElectionTimer();
    outbox.tell(new RaftEvent.Campaigned(preVote ? term + 1 : term, preVote));
    Membership membership = log.membership();
    election = new Election(membership, rules);
    for (NodeId voter : membership.voters()) {
      if (voter.equals(self)) {
        continue;
      }
      outbox.send(
          preVote
              ? new RaftMessage.PreVote(self, voter, term, log.last())
              : new RaftMessage.RequestVote(self, voter, term, log.last(), transfer));
    }
    if (preVote) {
      voteForItself(Role.PRE_CANDIDATE);
    }
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

  private void onVote(NodeId voter, boolean granted, Role asked) {
    if (election == null || role != asked) {
      return;
    }
    election.record(voter, granted);
    if (election.isWon()) {
      if (role == Role.PRE_CANDIDATE) {
        campaign(false, false);
      } else {
        becomeLeader();
      }
    } else if (election.isLost()) {
      becomeFollower(term, null);
    }
  }

  private void onPreVoteReply(RaftMessage.PreVoteReply reply) {
    if (reply.asked() == term + 1) {
      onVote(reply.from(), reply.granted(), Role.PRE_CANDIDATE);
    }
  }

  private void onRequestVote(RaftMessage.RequestVote ask) {
    if (voter.grants(ask, votedFor)) {
      votedFor = ask.from();
      restartElectionTimer();
    }
  }

  private void onTimeoutNow() {
    if (role != Role.LEADER && mayCampaign()) {
      campaign(false, true); // no pre-vote: the others still hear the leader
    }
  }

  private void becomeLeader() {
    election = null;
    role = Role.LEADER;
    leader = self;
    outbox.tell(new RaftEvent.BecameLeader(term));
    leadership = new Leadership(self, term, config, rules, log, outbox);
    leadership.begin();
  }

  private void becomeFollower(long newTerm, @Nullable NodeId newLeader) {
    if (leadership != null) {
      endLeadership(WhySteppedDown.NEWER_TERM);
    }
    if (newTerm > term) {
      term = newTerm;
      votedFor = rules.voteInNewTerm(votedFor);
    }
    election = null;
    role = Role.FOLLOWER;
    follow(newLeader);
    restartElectionTimer();
  }

  private void stepDown(WhySteppedDown why) {
    endLeadership(why);
    becomeFollower(term, null);
  }

  private void endLeadership(WhySteppedDown why) {
    if (leadership != null) {
      leadership.end();
      leadership = null;
      outbox.tell(new RaftEvent.SteppedDown(term, why));
    }
  }

  /** A leader that removed or demoted itself goes when that is committed, and names an heir. */
  private void leaveIfRemoved() {
    if (leadership != null && leadership.isRemoved()) {
      leadership.replicateIfDue();
      NodeId heir = leadership.heir();
      if (heir != null) {
        outbox.send(new RaftMessage.TimeoutNow(self, heir, term));
      }
      stepDown(WhySteppedDown.REMOVED);
    }
  }

  // ---- following

  /** Heard the leader of this term. */
  private void onLeader(NodeId from) {
    if (role != Role.FOLLOWER) {
      becomeFollower(term, from);
    }
    follow(from);
    restartElectionTimer();
  }

  private void follow(@Nullable NodeId newLeader) {
    if (leader != null && !leader.equals(newLeader)) {
      forwardedReads.lose();
    }
    leader = newLeader;
  }

  private void onReadRequest(RaftMessage.ReadRequest ask) {
    if (leadership != null) {
      leadership.read(ask.from(), ask.context());
    }
  }

  // ---- work out

  /** Whether {@link #ready()} has anything to give; not while the last one is carried out. */
  public boolean hasReady() {
    return inProgress == null
        && (!outbox.isEmpty()
            || log.hasWork()
            || !hardState().equals(givenHardState)
            || !softState().equals(givenSoftState)
            || (leadership != null && leadership.isReplicationDue()));
  }

  /**
   * All that must happen outside because of what came in since the last one.
   *
   * @throws Invariant.BrokenInvariant if the last one was not confirmed with {@link #advance()}
   */
  public Ready ready() {
    Invariant.hold(inProgress == null, "the last Ready was not advanced");
    if (leadership != null) {
      leadership.replicateIfDue();
    }
    RaftLog.Work work = log.takeWork(config.applyBytesMax());
    inProgress = work;
    HardState hardState = hardState();
    boolean newHardState = rules.mustSave(hardState, givenHardState);
    givenHardState = hardState;
    SoftState softState = softState();
    boolean newSoftState = !softState.equals(givenSoftState);
    givenSoftState = softState;
    return new Ready(
        new Ready.Persist(
            newHardState ? hardState : null, work.save(), work.keepEntries(), work.persist()),
        outbox.takeMessages(),
        work.restore(),
        work.apply(),
        outbox.takeReads(),
        newSoftState ? softState : null,
        outbox.takeFacts());
  }

  /** The last {@link Ready} was carried out: it is durable, sent and applied. */
  public void advance() {
    RaftLog.Work work = Invariant.present(inProgress, "advanced without a Ready");
    inProgress = null;
    log.done(work);
    if (givenHardState.term() == term) {
      voteForItself(Role.CANDIDATE);
    }
    if (leadership != null) {
      leadership.onDurable();
      leaveIfRemoved();
    }
  }

  private HardState hardState() {
    return new HardState(term, votedFor);
  }

  private SoftState softState() {
    return new SoftState(role, leader, term);
  }
}
