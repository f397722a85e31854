package io.quorate.raft;

import io.quorate.model.Invariant;
import io.quorate.raft.RaftStatus.FollowerMode;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of one follower, and how much it may send to it now. Three modes, as in etcd:
 * PROBE finds where the logs part, one append at a time; REPLICATE sends ahead of the answers,
 * within a window; SNAPSHOT sends nothing but the snapshot.
 */
final class Follower {
  private final int appendsInFlightMax;
  private FollowerMode mode = FollowerMode.PROBE;

  /** Up to here its log is known to equal the leader's, durably. Never falls. */
  private long match;

  /** The next entry to send; above {@link #match}. */
  private long next;

  /** It answered since the last check for a quorum. */
  private boolean heard;

  /** It voted for this leader, or answered it. */
  private boolean answered;

  /** How long ago it answered last. */
  private int silentTicks;

  /** In PROBE: one append is out; wait for its answer, or for a sign of life. */
  private boolean probing;

  /** In PROBE: the last index that the append which is out carries. */
  private long probeLast;

  /** In REPLICATE: the last index of each append that is not answered. */
  private final ArrayDeque<Long> inFlight = new ArrayDeque<>();

  private @Nullable SnapshotTransfer transfer;

  Follower(long next, int appendsInFlightMax) {
    this.next = next;
    this.appendsInFlightMax = appendsInFlightMax;
  }

  FollowerMode mode() {
    return mode;
  }

  long match() {
    return match;
  }

  long next() {
    return next;
  }

  boolean heard() {
    return heard;
  }

  /** The check for a quorum was made: what was heard before does not count for the next. */
  void forgetHeard() {
    heard = false;
  }

  void onHeard() {
    heard = true;
    answered = true;
    silentTicks = 0;
  }

  void tick() {
    silentTicks++;
    if (transfer != null) {
      transfer.tick();
    }
  }

  void onVote() {
    answered = true;
  }

  boolean hasAnswered() {
    return answered;
  }

  boolean isSilentFor(int ticks) {
    return silentTicks > ticks;
  }

  int appendsInFlight() {
    return inFlight.size();
  }

  @Nullable SnapshotTransfer transfer() {
    return transfer;
  }

  boolean mayAppend() {
    return switch (mode) {
      case PROBE -> !probing;
      case REPLICATE -> inFlight.size() < appendsInFlightMax;
      case SNAPSHOT -> false;
    };
  }

  void onAppendSent(List<Entry> entries) {
    switch (mode) {
      case PROBE -> {
        probing = true;
        probeLast = next - 1 + entries.size();
      }
      case REPLICATE -> {
        if (!entries.isEmpty()) {
          next = entries.get(entries.size() - 1).index() + 1;
          inFlight.add(next - 1);
        }
      }
      case SNAPSHOT -> Invariant.hold(false, "append sent to a follower that gets a snapshot");
    }
  }

  /**
   * It has everything up to {@code index}.
   *
   * @return whether that is news
   */
  boolean onAccepted(long index) {
    boolean news = index > match;
    match = Math.max(match, index);
    switch (mode) {
      case PROBE -> {
        next = Math.max(next, match + 1);
        // An older append than the probe may have been accepted. Taking that for the probe's answer
        // would send the whole window again for each answer still under way from before.
        if (!probing || match >= probeLast) {
          replicate();
        }
      }
      case REPLICATE -> {
        next = Math.max(next, match + 1);
        while (!inFlight.isEmpty() && inFlight.peekFirst() <= index) {
          inFlight.removeFirst();
        }
      }
      case SNAPSHOT -> {
        if (transfer == null || match >= transfer.last().index()) {
          replicate();
        }
      }
    }
    return news;
  }

  private void replicate() {
    mode = FollowerMode.REPLICATE;
    transfer = null;
    inFlight.clear();
    next = match + 1;
  }

  /**
   * It lacks the entry at {@code prevIndex}.
   *
   * @param hintIndex the last entry that it said it may have
   * @param probeAt the last entry that both may have
   * @return whether it says anything about now, and so counts
   */
  boolean onRefused(long prevIndex, long hintIndex, long probeAt) {
    // What it accepted it keeps, so an answer from one with less than that is an old one. A lost
    // append makes it refuse the whole window behind it: without this check each of those answers
    // that comes late would start the search, and the window, again.
    boolean old = prevIndex <= match || hintIndex < match;
    boolean current =
        switch (mode) {
          case PROBE -> !old && prevIndex == next - 1;
          case REPLICATE -> !old;
          case SNAPSHOT -> false;
        };
    if (current) {
      mode = FollowerMode.PROBE;
      probing = false;
      inFlight.clear();
      next = Math.max(Math.min(prevIndex, probeAt + 1), match + 1);
    }
    return current;
  }

  /** It lives, so what was not answered may be lost: one more may be sent. */
  void onSignOfLife() {
    probing = false;
    if (mode == FollowerMode.REPLICATE && inFlight.size() >= appendsInFlightMax) {
      inFlight.removeFirst();
    }
  }

  void beginTransfer(SnapshotTransfer begun) {
    mode = FollowerMode.SNAPSHOT;
    inFlight.clear();
    probing = false;
    transfer = begun;
  }
}
