package io.quorate.raft;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
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
  private final RaftLog log;
  private final Outbox outbox = new Outbox();
  private final Elections elections;
  private final Following following;
  private final ReadyCycle cycle;

  private final Bounds bounds;
  private final Contradictions contradictions;
  private final TermAllowance termAllowance = new TermAllowance();

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
    this.log = new RaftLog(image, config.entriesKept());
    this.elections = new Elections(self, config, rules, log, outbox, image.hardState(), chance);
    this.following = new Following(self, rules, log, outbox, reader);
    this.cycle =
        new ReadyCycle(
            image.hardState(), elections.softState(), config.applyBytesMax(), rules, log, outbox);
    this.bounds = new Bounds(self, config);
    this.contradictions = new Contradictions(log);
  }

  // ---- what it is

  public NodeId self() {
    return self;
  }

  public Role role() {
    return elections.role();
  }

  public long term() {
    return elections.term();
  }

  /** The leader, as far as this node knows. */
  public @Nullable NodeId leader() {
    return elections.leader();
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

  /**
   * Whether this node leads and has applied an entry of its own term, and so all that former
   * leaders had committed. Before, what is applied may lack what was decided long ago (3.6.2).
   */
  public boolean hasAppliedAllOfFormerTerms() {
    return elections.leadership() != null && log.termAt(log.applied()) == term();
  }

  /** Index of the newest snapshot, 0 if there is none; for deciding when to compact. */
  public long snapshotIndex() {
    Snapshot snapshot = log.snapshot();
    return snapshot == null ? 0 : snapshot.index();
  }

  /** How much of the log is kept; looks at each entry behind the snapshot. */
  public LogSize logSize() {
    return log.size();
  }

  public RaftStatus status() {
    Snapshot snapshot = log.snapshot();
    Leadership leadership = elections.leadership();
    SortedMap<NodeId, RaftStatus.FollowerStatus> followers =
        leadership == null ? new TreeMap<>() : leadership.followers();
    return new RaftStatus(
        self,
        role(),
        term(),
        elections.hardState().votedFor(),
        leader(),
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
    Leadership leadership = elections.leadership();
    return leadership == null ? new Proposal.NotLeader(leader()) : leadership.propose(payload);
  }

  /** Asks for one change of the membership; the next can be made when this one is committed. */
  public Proposal changeMembership(MembershipChange change) {
    Leadership leadership = elections.leadership();
    return leadership == null
        ? new Proposal.NotLeader(leader())
        : leadership.changeMembership(change);
  }

  /** Whether {@link #changeMembership} would take a change now. */
  public boolean takes(MembershipChange change) {
    Leadership leadership = elections.leadership();
    return leadership != null && leadership.refusalOf(change) == null;
  }

  /** The generation that the log here is of; 0 before the first {@link Recovery}. */
  public long generation() {
    return Recovery.generationOf(log.last().term());
  }

  /**
   * Whether this node leads and knows who votes: whatever leaders before it have changed is
   * committed, or will never be.
   */
  public boolean hasSettledMembership() {
    return hasAppliedAllOfFormerTerms() && log.membershipIndex() <= log.commit();
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
    Leadership leadership = elections.leadership();
    if (leadership != null) {
      return leadership.read(self, context);
    }
    NodeId leader = leader();
    return leader != null
        && elections
            .forwardedReads()
            .send(new RaftMessage.ReadRequest(self, leader, term(), context));
  }

  /** No answer to this read is waited for any more. */
  public void forgetRead(long context) {
    elections.forwardedReads().forget(context);
  }

  /**
   * Hands leadership over: the target is brought up to date, then told to campaign at once (3.10).
   * Meanwhile proposals are refused. Given up after an election timeout.
   *
   * @return why it cannot be, or null if it was begun; {@link #status()} and {@link SoftState} tell
   *     the rest
   */
  public @Nullable String transferLeadership(NodeId target) {
    Leadership leadership = elections.leadership();
    NodeId leader = leader();
    return leadership == null
        ? "node " + self + " does not lead: ask " + (leader == null ? "again later" : leader)
        : leadership.transferTo(target);
  }

  /**
   * Hands leadership over to the voter that has most of the log, of those that were heard lately,
   * lack little, and have not given leadership away themselves a moment ago: nodes that are all to
   * lead no more would pass it around. Does nothing if this node does not lead, if that is under
   * way or failed less than an election timeout ago, or if there is none: ask again, for the voter
   * may be gone.
   */
  public void handOver() {
    Leadership leadership = elections.leadership();
    NodeId heir = leadership == null ? null : leadership.livingHeir(elections.handOvers());
    if (leadership != null && heir != null && leadership.transferTarget() == null) {
      String unused = leadership.transferTo(heir);
    }
  }

  /** Campaigns now instead of when the leader has been silent for long enough. */
  public void campaign() {
    elections.campaign();
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

  /**
   * Sets the election time from now on: a value measured outside, for this machine sees no clock.
   * It may differ between nodes and change at any time. Safety does not rest on it: a read is
   * confirmed by a majority, never by the time since it was heard.
   *
   * @param ticks less than the configured time counts as that
   */
  public void setElectionTicks(int ticks) {
    elections.time().set(ticks);
  }

  /** The election time in force: the configured one or a longer one. */
  public int electionTicks() {
    return elections.time().ticks();
  }

  /**
   * This node stood still, or took no ticks in, for longer than an answer counts ({@link
   * RaftConfig#answerTicks}); to be called before the next tick. It takes no vote away, and gives
   * none, until answers of before are too old to count.
   */
  public void stoodStill() {
    elections.pause().ended();
  }

  /** One tick has passed. */
  public void tick() {
    termAllowance.tick();
    elections.tick();
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
    } else if (Recovery.generationOf(message.term()) != Recovery.generationOf(term())) {
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
      elections.enterGeneration(notice.term());
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
                term(),
                Recovery.generationOf(term())));
  }

  private void stepInGeneration(RaftMessage message) {
    boolean old = message.term() < term();
    Doubt contradiction = old ? null : contradictions.in(message);
    if (contradiction != null) {
      refuse(message, contradiction);
      return;
    }
    if (message.term() > term()) {
      if (message instanceof RaftMessage.RequestVote ask
          && !ask.transfer()
          && elections.isLeaderHeard()) {
        // A node that was cut off must not end a term in which the leader is well (4.2.3).
        elections.refuseWhileLeaderIsHeard(ask);
        return;
      }
      // A question about a term that no node has entered yet must not move us there (9.6).
      if (!(message instanceof RaftMessage.PreVote)) {
        if (!mayRiseTo(message)) {
          return;
        }
        if (message instanceof RaftMessage.RequestVote ask) {
          elections.noteHandOver(ask);
        }
        elections.becomeFollower(message.term(), isFromLeader(message) ? message.from() : null);
      }
    } else if (old && isFromLeader(message)) {
      // With pre-vote a node in a later term asks no other to follow it there, so a leader it can
      // hear but not follow would never know; this ends its term.
      outbox.send(new RaftMessage.NewerTerm(self, message.from(), term()));
      return;
    } else if (old && !isAboutPreVote(message)) {
      return;
    }
    Doubt usurped = old ? null : ofSender(message);
    if (usurped != null) {
      refuse(message, usurped);
      return;
    }
    Leadership leadership = elections.leadership();
    switch (message) {
      case RaftMessage.PreVote ask -> elections.onPreVote(ask);
      case RaftMessage.PreVoteReply reply -> elections.onPreVoteReply(reply);
      case RaftMessage.RequestVote ask -> elections.onRequestVote(ask);
      case RaftMessage.VoteReply reply -> elections.onVoteReply(reply);
      case RaftMessage.Append append -> {
        elections.onLeader(append.from());
        following.onAppend(append);
      }
      case RaftMessage.Heartbeat heartbeat -> {
        elections.onLeader(heartbeat.from());
        following.onHeartbeat(heartbeat);
      }
      case RaftMessage.SnapshotChunk chunk -> {
        elections.onLeader(chunk.from());
        Doubt unreadable = following.onSnapshotChunk(chunk);
        if (unreadable != null) {
          refuse(message, unreadable);
        }
      }
      case RaftMessage.TimeoutNow now -> elections.onTimeoutNow(now.from());
      case RaftMessage.NewerTerm notice -> {} // its term is all it says
      case RaftMessage.Recovered notice -> {} // this node was told before
      case RaftMessage.ReadReply reply -> elections.forwardedReads().onReply(reply);
      case RaftMessage.ReadRequest ask -> {
        if (leadership != null) {
          leadership.read(ask.from(), ask.context());
        }
      }
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
    elections.leaveIfRemoved();
  }

  /** Whether the term may rise to that of a message; else it rises as far as it may. */
  private boolean mayRiseTo(RaftMessage message) {
    long rise = message.term() - term();
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
      elections.becomeFollower(term() + step, null);
    }
    return false;
  }

  /** Whether another node decides what a message of this node's term is about. */
  private @Nullable Doubt ofSender(RaftMessage message) {
    NodeId leader = leader();
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
    Leadership leadership = elections.leadership();
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

  // ---- work out

  /** Whether {@link #ready()} has anything to give; not while the last one is carried out. */
  public boolean hasReady() {
    Leadership leadership = elections.leadership();
    return !cycle.isInProgress()
        && (cycle.isDue(elections.hardState(), elections.softState())
            || (leadership != null && leadership.isReplicationDue()));
  }

  /**
   * All that must happen outside because of what came in since the last one.
   *
   * @throws Invariant.BrokenInvariant if the last one was not confirmed with {@link #advance()}
   */
  public Ready ready() {
    Invariant.hold(!cycle.isInProgress(), "the last Ready was not advanced");
    Leadership leadership = elections.leadership();
    if (leadership != null) {
      leadership.replicateIfDue();
    }
    return cycle.begin(elections.hardState(), elections.softState());
  }

  /** The last {@link Ready} was carried out: it is durable, sent and applied. */
  public void advance() {
    if (cycle.end() == term()) {
      elections.onTermDurable();
    }
    Leadership leadership = elections.leadership();
    if (leadership != null) {
      leadership.onDurable();
      elections.leaveIfRemoved();
    }
  }
}
