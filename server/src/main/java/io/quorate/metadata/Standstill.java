package io.quorate.metadata;

import io.quorate.model.NodeId;
import io.quorate.raft.RaftMessage;
import io.quorate.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node can follow what the metadata group decides. One that cannot read what its
 * leader sends does not store it and <em>lags</em>: it stays part of the group and waits for
 * something else. One that cannot read, or not fold in, an entry of its own log takes no further
 * part before its next start: it must neither lead nor make snapshots of a state that lacks the
 * entry.
 *
 * <p>Either way the node goes on serving data by the placements that it published last, as a node
 * that is cut off from the group does.
 */
final class Standstill {
  /** A leader is heard several times a second; without word for this long there may be none. */
  private static final long LEADER_HEARD_NANOS = 10_000_000_000L;

  private static final long TOLD_EVERY_NANOS = 10_000_000_000L;

  /**
   * A leader sends what a node does not take again with the reply to each heartbeat, a snapshot at
   * least each election timeout. One that does not for this long has nothing to send.
   */
  private static final long WITHDRAWN_NANOS = 5_000_000_000L;

  /** So often the leader must have been heard in that time: silence withdraws nothing. */
  private static final int WITHDRAWN_HEARTBEATS = 20;

  private final NodeId self;
  private final Clock clock;
  private String why = "";
  private boolean forGood;

  /** Where the log ended when what follows could not be read. */
  private long logEnd;

  /** The leader that had sent it, and in which term. */
  private @Nullable NodeId laggingBehind;

  private long laggingTerm;

  /** When the leader last sent anything that is not in the log. */
  private long sentNanos;

  /** Heard from the leader since then. */
  private int heartbeats;

  /** When one that leads was last heard while this node stood still; null if none was. */
  private @Nullable Long leaderHeardNanos;

  private @Nullable Long toldNanos;

  public Standstill(NodeId self, Clock clock) {
    this.self = self;
    this.clock = clock;
  }

  /**
   * Waits for something else from a leader.
   *
   * @param leader that sent what cannot be read
   * @param lastIndex of the log, which lacks what could not be read
   */
  void lag(NodeId leader, long term, String what, long lastIndex) {
    why = what;
    laggingBehind = leader;
    laggingTerm = term;
    logEnd = lastIndex;
    sentNow();
  }

  private void sentNow() {
    sentNanos = clock.nanos();
    heartbeats = 0;
  }

  /**
   * A message came. A leader that goes on without sending again what could not be read has
   * withdrawn it: it never was in its log.
   */
  void heard(RaftMessage message) {
    if (why.isEmpty()
        || forGood
        || !message.from().equals(laggingBehind)
        || message.term() != laggingTerm) {
      return;
    }
    switch (message) {
      case RaftMessage.Heartbeat ignored -> heartbeats++;
      case RaftMessage.SnapshotChunk ignored -> sentNow();
      case RaftMessage.Append append -> {
        if (append.prev().index() + append.entries().size() > logEnd) {
          sentNow();
        }
      }
      default -> {}
    }
  }

  private boolean isWithdrawn() {
    return !forGood
        && heartbeats >= WITHDRAWN_HEARTBEATS
        && clock.nanos() - sentNanos >= WITHDRAWN_NANOS;
  }

  /** Takes no further part. */
  void begin(String what) {
    why = what;
    forGood = true;
    leaderHeardNanos = null;
  }

  /** Takes no further part, since something was thrown. */
  void begin(String what, Throwable cause) {
    begin(what + ": " + cause.getMessage());
  }

  /** An entry was applied: of a lag, the first that was not in the log before is the end. */
  void applied(long index) {
    if (index > logEnd) {
      restored();
    }
  }

  /**
   * A node leads. What another had sent before may have been of no group at all, and what this one
   * had sent in an earlier term need not be in the log that it has now: if it is, it is sent again.
   */
  void leads(NodeId leader, long term) {
    if (!leader.equals(laggingBehind) || term > laggingTerm) {
      restored();
    }
  }

  /** A snapshot was read, with all before it. */
  void restored() {
    if (!forGood) {
      why = "";
    }
  }

  boolean isOver() {
    return why.isEmpty() || isWithdrawn();
  }

  boolean isForGood() {
    return forGood;
  }

  /** What cannot be read; empty if all can. */
  String why() {
    return isOver() ? "" : why;
  }

  /** What cannot be read, and what to do, for people. */
  String advice() {
    return ("node %s cannot follow the metadata group: %s. It serves data by the placements it"
            + " knows until these are replaced. If a newer version of Quorate runs on other"
            + " nodes, start it here, too; else keep the data directory, and report this")
        .formatted(self, why);
  }

  /**
   * Notes which node leads; true if it has not been told for a while why this node does not follow.
   */
  boolean isToBeTold(NodeId from, RaftMessage message) {
    boolean leads =
        message instanceof RaftMessage.Heartbeat
            || message instanceof RaftMessage.Append
            || message instanceof RaftMessage.SnapshotChunk;
    if (!leads) {
      return false;
    }
    long now = clock.nanos();
    leaderHeardNanos = now;
    boolean due = toldNanos == null || now - toldNanos >= TOLD_EVERY_NANOS;
    if (due) {
      toldNanos = now;
    }
    return due;
  }

  /** Whether a leader was heard lately by this node, which follows none any more. */
  boolean isLeaderHeard() {
    return leaderHeardNanos != null && clock.nanos() - leaderHeardNanos < LEADER_HEARD_NANOS;
  }
}
