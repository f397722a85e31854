package io.quorate.raft;

import static io.quorate.raft.RaftEvent.WhyNotBelieved.NOT_ASKED;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.raft.Proposal.Reason;
import io.quorate.raft.RaftStatus.FollowerMode;
import io.quorate.raft.RaftStatus.FollowerStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a node does while it leads one term: replicate, commit, confirm reads, change the
 * membership, hand over. Gone when the term is.
 */
final class Leadership {
  private static final String STOOD_STILL =
      "this leader stood still a moment ago, and does not know yet who answers: ask it again in a"
          + " second";

  private final NodeId self;
  private final long term;
  private final RaftConfig config;
  private final ElectionTime time;
  private final Pause pause;
  private final RaftRules rules;
  private final RaftLog log;
  private final Outbox outbox;

  /**
   * All other members; and a removed one until its removal is committed, so that it can learn of
   * it.
   */
  private final SortedMap<NodeId, Follower> followers = new TreeMap<>();

  private final ReadRounds reads;
  private int heartbeatElapsedTicks;
  private int quorumElapsedTicks;

  /** Cost of the entries of this log that are not committed. */
  private long uncommittedBytes;

  /**
   * There are entries or a commit index to send. They leave when work is taken, so that all
   * proposals of one turn share an append.
   */
  private boolean replicationDue;

  private @Nullable NodeId transferTarget;
  private int transferElapsedTicks;

  /**
   * Until a leader that is to lead no more tries again to hand over. Meanwhile it takes proposals:
   * else it would take none for as long as its only heir does not answer.
   */
  private int handOverPauseTicks;

  Leadership(
      NodeId self,
      long term,
      RaftConfig config,
      ElectionTime time,
      Pause pause,
      RaftRules rules,
      RaftLog log,
      Outbox outbox) {
    this.self = self;
    this.term = term;
    this.config = config;
    this.time = time;
    this.pause = pause;
    this.rules = rules;
    this.log = log;
    this.outbox = outbox;
    this.reads = new ReadRounds(config.readsMax(), rules);
  }

  /**
   * First act: an entry of its own term, which lets it commit what it inherited (3.6.2).
   *
   * @param electors who voted for it
   */
  void begin(Set<NodeId> electors) {
    for (long index = log.commit() + 1; index <= log.lastIndex(); index++) {
      uncommittedBytes += log.entry(index).cost();
    }
    followMembership();
    followers.keySet().forEach(node -> tellOfRecovery(node, 0));
    electors.stream().filter(node -> !node.equals(self)).forEach(node -> follower(node).onVote());
    append(EntryType.NO_OP, new byte[0]);
  }

  // ---- proposals

  Proposal propose(byte[] payload) {
    if (payload.length > config.entryBytesMax()) {
      return new Proposal.Refused(
          Reason.INVALID,
          "entry of %d bytes, at most %d are allowed"
              .formatted(payload.length, config.entryBytesMax()));
    }
    Proposal.Refused busy = busy();
    return busy != null ? busy : new Proposal.Accepted(append(EntryType.NORMAL, payload));
  }

  Proposal changeMembership(MembershipChange change) {
    Proposal.Refused refusal = refusalOf(change);
    return refusal != null
        ? refusal
        : new Proposal.Accepted(
            append(EntryType.MEMBERSHIP, log.membership().after(change).encode()));
  }

  /** Why a change cannot be made now; null if it can. */
  Proposal.@Nullable Refused refusalOf(MembershipChange change) {
    Proposal.Refused busy = busy();
    if (busy != null) {
      return busy;
    }
    boolean pending = log.membershipIndex() > log.commit();
    if (!rules.mayChangeMembership(hasCommittedInTerm(), pending)) {
      return new Proposal.Refused(
          Reason.CHANGE_PENDING,
          "the leader's first entry or the membership change at index %d is not committed yet"
              .formatted(log.membershipIndex()));
    }
    String refusal = log.membership().refusalOf(change);
    if (refusal == null && change instanceof MembershipChange.Promote promote) {
      refusal = whyNotReady(promote.node());
    }
    if (refusal == null && log.membership().isVoter(change.node())) {
      refusal = whyNeeded(change);
    }
    return refusal == null ? null : new Proposal.Refused(Reason.INVALID, refusal);
  }

  /**
   * A voter that lacks much of the log would stall commits when another one fails (4.2.1). So would
   * one that has crashed, and the second of two voters stalls them by itself: a learner that does
   * not answer may have lost what it held.
   */
  private @Nullable String whyNotReady(NodeId learner) {
    Follower follower = follower(learner);
    if (isSilent(follower)) {
      return pause.isRecent()
          ? STOOD_STILL
          : "learner %s has not answered the last %d heartbeats: promote it when it answers again"
              .formatted(learner, RaftConfig.HEARTBEATS_MISSED_MAX);
    }
    return hasCaughtUp(follower)
        ? null
        : "learner %s lacks %d entries, at most %d are allowed: promote it when it has caught up"
            .formatted(learner, missing(follower), config.promotionLagMax());
  }

  private @Nullable String whyNeeded(MembershipChange change) {
    Membership then = log.membership().after(change);
    long answering =
        then.voters().stream()
            .filter(voter -> voter.equals(self) || isThere(follower(voter)))
            .count();
    if (rules.mayTakeVoteAway(answering, then.majority())) {
      return null;
    }
    return pause.isRecent()
        ? STOOD_STILL
        : ("without voter %s, %d of the %d that are left answer, and %d have to: wait until others"
                + " do, or remove those first")
            .formatted(change.node(), answering, then.voters().size(), then.majority());
  }

  /** One that a new leader has not heard yet may have been away for long. */
  private boolean isThere(Follower follower) {
    return follower.hasAnswered() && !isSilent(follower);
  }

  /** While this node stood still, no tick passed, and any of them may have died. */
  private boolean isSilent(Follower follower) {
    return pause.isRecent() || follower.isSilentFor(config.answerTicks());
  }

  private boolean hasCaughtUp(Follower follower) {
    return follower.mode() == FollowerMode.REPLICATE
        && missing(follower) <= config.promotionLagMax();
  }

  private long missing(Follower follower) {
    return log.lastIndex() - follower.match();
  }

  private Proposal.@Nullable Refused busy() {
    if (transferTarget != null) {
      return new Proposal.Refused(
          Reason.TRANSFERRING, "leadership is being handed over to " + transferTarget);
    }
    if (uncommittedBytes >= config.uncommittedBytesMax()) {
      return new Proposal.Refused(
          Reason.OVERLOADED,
          "%d bytes wait to be committed, at most %d may"
              .formatted(uncommittedBytes, config.uncommittedBytesMax()));
    }
    return null;
  }

  private EntryId append(EntryType type, byte[] payload) {
    Entry entry = new Entry(new EntryId(log.lastIndex() + 1, term), type, payload);
    log.append(entry);
    uncommittedBytes += entry.cost();
    if (type == EntryType.MEMBERSHIP) {
      followMembership();
      outbox.tell(new RaftEvent.MembershipInForce(entry.index(), log.membership()));
    }
    replicationDue = true;
    return entry.id();
  }

  private void followMembership() {
    for (NodeId member : log.membership().members()) {
      if (!member.equals(self)) {
        followers.computeIfAbsent(
            member, added -> new Follower(log.lastIndex() + 1, config.appendsInFlightMax()));
      }
    }
    if (log.membershipIndex() <= log.commit()) {
      followers.keySet().removeIf(node -> !log.membership().contains(node));
    }
    if (transferTarget != null && !log.membership().isVoter(transferTarget)) {
      abortTransfer();
    }
  }

  private boolean hasCommittedRemoval() {
    return log.membershipIndex() <= log.commit()
        && !log.membership().members().containsAll(followers.keySet());
  }

  // ---- replication

  boolean isReplicationDue() {
    return replicationDue;
  }

  /** Sends what has gathered; called when work is taken. */
  void replicateIfDue() {
    if (replicationDue) {
      replicationDue = false;
      followers.forEach((node, follower) -> replicate(node, follower, true));
    }
  }

  /** Sends as much as the follower may be sent now. */
  private void replicate(NodeId node, Follower follower, boolean evenIfEmpty) {
    boolean sent = sendAppend(node, follower, evenIfEmpty);
    while (sent && follower.mayAppend() && follower.next() <= log.lastIndex()) {
      sent = sendAppend(node, follower, false);
    }
  }

  private boolean sendAppend(NodeId node, Follower follower, boolean evenIfEmpty) {
    if (!follower.mayAppend()) {
      return false;
    }
    long prevIndex = follower.next() - 1;
    long prevTerm = log.termAt(prevIndex);
    if (prevTerm == RaftLog.NOT_HELD) {
      beginSnapshot(node, follower);
      return false;
    }
    List<Entry> entries = log.slice(follower.next(), log.lastIndex(), config.appendBytesMax());
    if (entries.isEmpty() && !evenIfEmpty) {
      return false;
    }
    EntryId prev = new EntryId(prevIndex, prevTerm);
    outbox.send(new RaftMessage.Append(self, node, term, prev, entries, log.commit()));
    follower.onAppendSent(entries);
    return true;
  }

  private void beginSnapshot(NodeId node, Follower follower) {
    if (!follower.heard()) {
      return; // a snapshot is too much to send to one who may not be there
    }
    SnapshotTransfer transfer = new SnapshotTransfer(newestSnapshot(), config.snapshotChunkBytes());
    follower.beginTransfer(transfer);
    outbox.tell(new RaftEvent.SnapshotSendStarted(node, transfer.last(), transfer.totalBytes()));
    sendChunk(node, transfer);
  }

  private Snapshot newestSnapshot() {
    return Invariant.present(
        log.snapshot(), "entries before %s dropped without snapshot", log.base());
  }

  private void sendChunk(NodeId node, SnapshotTransfer transfer) {
    long offset = transfer.offset();
    outbox.send(
        new RaftMessage.SnapshotChunk(
            self, node, term, transfer.last(), transfer.totalBytes(), offset, transfer.chunk()));
  }

  /** What an answer says that was not asked, or that cannot be; null if it can. */
  @Nullable Doubt doubt(RaftMessage message) {
    return switch (message) {
      case RaftMessage.AppendAccepted reply when reply.match() > log.lastIndex() ->
          Doubt.of(
              NOT_ASKED,
              "it holds entries up to index %d of a log that ends at %s (term/index)",
              reply.match(),
              log.last());
      case RaftMessage.AppendRefused reply when reply.prevIndex() > log.lastIndex() ->
          Doubt.of(
              NOT_ASKED,
              "it lacks index %d of a log that ends at %s (term/index)",
              reply.prevIndex(),
              log.last());
      case RaftMessage.HeartbeatReply reply when reply.round() > reads.number() ->
          Doubt.of(
              NOT_ASKED,
              "it answers round %d of reads, and the newest is %d",
              reply.round(),
              reads.number());
      default -> null;
    };
  }

  void onAppendAccepted(RaftMessage.AppendAccepted reply) {
    Follower follower = heard(reply.from());
    if (follower == null) {
      return;
    }
    boolean wasFull = !follower.mayAppend();
    boolean news = follower.onAccepted(reply.match());
    boolean committed = news && advanceCommit();
    if (!committed && (wasFull || news)) {
      replicate(reply.from(), follower, wasFull); // while full it missed the commit index, too
    }
    if (reply.from().equals(transferTarget) && follower.match() == log.lastIndex()) {
      outbox.send(new RaftMessage.TimeoutNow(self, reply.from(), term));
    }
  }

  void onAppendRefused(RaftMessage.AppendRefused reply) {
    Follower follower = heard(reply.from());
    if (follower == null) {
      return;
    }
    EntryId hint = reply.hint();
    long probeAt = log.lastOfTermAtMost(hint.index(), hint.term());
    if (follower.onRefused(reply.prevIndex(), hint.index(), probeAt)) {
      replicate(reply.from(), follower, true);
    }
  }

  void onSnapshotReply(RaftMessage.SnapshotReply reply) {
    Follower follower = heard(reply.from());
    SnapshotTransfer transfer = follower == null ? null : follower.transfer();
    if (transfer != null
        && transfer.last().equals(reply.last())
        && transfer.moveTo(reply.received())) {
      sendChunk(reply.from(), transfer);
    }
  }

  void onHeartbeatReply(RaftMessage.HeartbeatReply reply) {
    Follower follower = heard(reply.from());
    if (follower == null) {
      return;
    }
    follower.onSignOfLife();
    SnapshotTransfer transfer = follower.transfer();
    if (transfer != null && transfer.isOverdue(time.ticks())) {
      if (transfer.isInVain() && !transfer.last().equals(newestSnapshot().last())) {
        beginSnapshot(reply.from(), follower);
      } else {
        sendChunk(reply.from(), transfer);
      }
    }
    if (follower.match() < log.lastIndex() || follower.mode() == FollowerMode.PROBE) {
      replicate(reply.from(), follower, true);
    }
    reads.onReply(reply.from(), reply.round());
    releaseReads();
  }

  private @Nullable Follower heard(NodeId from) {
    Follower follower = followers.get(from);
    if (follower != null) {
      follower.onHeard();
    }
    return follower;
  }

  private Follower follower(NodeId node) {
    return Invariant.present(followers.get(node), "member %s is not followed", node);
  }

  // ---- commit

  /** What was appended here is durable, so this node counts for it. */
  void onDurable() {
    advanceCommit();
  }

  private boolean advanceCommit() {
    long index = indexOnMajority();
    if (index <= log.commit() || !rules.mayCommit(log.termAt(index), term)) {
      return false;
    }
    boolean firstInTerm = !hasCommittedInTerm();
    for (long done = log.commit() + 1; done <= index; done++) {
      uncommittedBytes -= log.entry(done).cost();
    }
    log.commitTo(index);
    replicationDue = true;
    if (hasCommittedRemoval()) {
      replicateIfDue(); // those who leave learn of it with this, then they are forgotten
      followMembership();
    }
    if (firstInTerm) {
      beginReadRound();
    }
    return true;
  }

  /** The highest index that a majority of voters holds durably; a leader counts itself. */
  private long indexOnMajority() {
    Membership membership = log.membership();
    long[] held = new long[membership.voters().size()];
    int at = 0;
    for (NodeId voter : membership.voters()) {
      held[at++] = voter.equals(self) ? log.durable() : follower(voter).match();
    }
    Arrays.sort(held);
    return held[held.length - membership.majority()];
  }

  boolean hasCommittedInTerm() {
    return log.termAt(log.commit()) == term;
  }

  /** It has led its own departure to the end (4.2.2). */
  boolean isRemoved() {
    return log.membershipIndex() <= log.commit() && !log.membership().isVoter(self);
  }

  /** The voter that has most of the log, to campaign at once when a removed leader goes. */
  @Nullable NodeId heir() {
    return heir(voter -> true);
  }

  /**
   * The same of those that were heard lately and can soon have all of the log, for a leader that is
   * to lead no more; null if there are none but leaders that gave leadership away, or a moment ago
   * none came to lead.
   */
  @Nullable NodeId livingHeir(HandOvers handOvers) {
    return handOverPauseTicks > 0
        ? null
        : heir(
            voter ->
                !voter.equals(self)
                    && follower(voter).heard()
                    && hasCaughtUp(follower(voter))
                    && !handOvers.isRecent(voter));
  }

  private @Nullable NodeId heir(Predicate<NodeId> fits) {
    NodeId heir = null;
    for (NodeId voter : log.membership().voters()) {
      if (fits.test(voter) && (heir == null || follower(voter).match() > follower(heir).match())) {
        heir = voter;
      }
    }
    return heir;
  }

  // ---- time

  /**
   * @return false if no majority was heard for an election timeout: step down (6.2)
   */
  boolean tick() {
    followers.values().forEach(Follower::tick);
    handOverPauseTicks = Math.max(0, handOverPauseTicks - 1);
    if (transferTarget != null && ++transferElapsedTicks >= time.ticks()) {
      abortTransfer();
      handOverPauseTicks = time.ticks();
    }
    if (++quorumElapsedTicks >= time.ticks()) {
      quorumElapsedTicks = 0;
      if (!heardQuorum()) {
        return false;
      }
    }
    if (++heartbeatElapsedTicks >= config.heartbeatTicks()) {
      if (reads.hasGathered() && hasCommittedInTerm()) {
        reads.begin(log.commit());
      }
      heartbeat(followers.keySet());
      releaseReads();
    }
    return true;
  }

  private boolean heardQuorum() {
    int count = 0;
    for (NodeId voter : log.membership().voters()) {
      count += voter.equals(self) || follower(voter).heard() ? 1 : 0;
    }
    followers.values().forEach(Follower::forgetHeard);
    return count >= log.membership().majority();
  }

  private void heartbeat(Iterable<NodeId> to) {
    heartbeatElapsedTicks = 0;
    for (NodeId node : to) {
      if (!node.equals(self)) {
        long known = Math.min(log.commit(), follower(node).match());
        tellOfRecovery(node, known);
        outbox.send(new RaftMessage.Heartbeat(self, node, term, known, reads.number()));
      }
    }
  }

  /** One that has nothing of a recovered log yet may not know that there is one. */
  private void tellOfRecovery(NodeId node, long known) {
    List<Recovery> recoveries = log.membership().recoveries();
    if (!recoveries.isEmpty() && known == 0) {
      outbox.send(new RaftMessage.Recovered(self, node, term, recoveries));
    }
  }

  // ---- reads

  /**
   * @return false if too many wait already
   */
  boolean read(NodeId asker, long context) {
    if (reads.isFull()) {
      return false;
    }
    reads.gather(new ReadRounds.Read(asker, context));
    if (!reads.isWaiting()) {
      beginReadRound();
    }
    return true;
  }

  private void beginReadRound() {
    // Before its first own commit a leader does not know how far its predecessors had committed.
    if (!reads.hasGathered() || !hasCommittedInTerm()) {
      return;
    }
    reads.begin(log.commit());
    for (NodeId voter : log.membership().voters()) {
      if (!voter.equals(self)) {
        long known = Math.min(log.commit(), follower(voter).match());
        outbox.send(new RaftMessage.Heartbeat(self, voter, term, known, reads.number()));
      }
    }
    releaseReads();
  }

  private void releaseReads() {
    for (ReadRounds.Round round : reads.takeConfirmed(self, log.membership())) {
      for (ReadRounds.Read read : round.reads()) {
        if (read.asker().equals(self)) {
          outbox.answer(new ReadResult.Confirmed(read.context(), round.index()));
        } else {
          outbox.send(
              new RaftMessage.ReadReply(self, read.asker(), term, read.context(), round.index()));
        }
      }
    }
    if (!reads.isWaiting()) {
      beginReadRound();
    }
  }

  /** Leadership is over: its own reads are lost; followers notice by themselves. */
  void end() {
    for (ReadRounds.Read read : reads.drain()) {
      if (read.asker().equals(self)) {
        outbox.answer(new ReadResult.Lost(read.context()));
      }
    }
  }

  // ---- handing over

  /**
   * @return why it cannot be, or null
   */
  @Nullable String transferTo(NodeId target) {
    if (target.equals(self)) {
      return "node " + self + " leads already";
    }
    if (!log.membership().isVoter(target)) {
      return "node " + target + " is not a voter, so it cannot lead";
    }
    if (target.equals(transferTarget)) {
      return null;
    }
    if (transferTarget != null) {
      abortTransfer();
    }
    transferTarget = target;
    transferElapsedTicks = 0;
    outbox.tell(new RaftEvent.TransferStarted(target));
    Follower follower = follower(target);
    if (follower.match() == log.lastIndex()) {
      outbox.send(new RaftMessage.TimeoutNow(self, target, term));
    } else {
      replicate(target, follower, true);
    }
    return null;
  }

  private void abortTransfer() {
    NodeId target = transferTarget;
    if (target != null) {
      transferTarget = null;
      outbox.tell(new RaftEvent.TransferAborted(target));
    }
  }

  // ---- for status pages

  @Nullable NodeId transferTarget() {
    return transferTarget;
  }

  SortedMap<NodeId, FollowerStatus> followers() {
    SortedMap<NodeId, FollowerStatus> all = new TreeMap<>();
    followers.forEach(
        (node, follower) -> {
          SnapshotTransfer transfer = follower.transfer();
          all.put(
              node,
              new FollowerStatus(
                  follower.mode(),
                  follower.match(),
                  follower.next(),
                  follower.heard(),
                  follower.appendsInFlight(),
                  transfer == null ? 0 : transfer.offset()));
        });
    return all;
  }
}
