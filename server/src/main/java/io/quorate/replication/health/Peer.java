package io.quorate.replication.health;

import io.quorate.replication.message.ReplicaMessage.Echo;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one node thinks of another: whether to count on it. It is live as long as there is a
 * connection and its silence is not suspicious. One that comes back is counted on at once; one that
 * came and went before, within a while, first has to stay for as long as that grows with every
 * time: a link that flaps must not change with every beat which nodes make a quorum.
 */
final class Peer {
  /** A peer that stays up this long is off probation. */
  private static final long GOOD_CONDUCT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int PROBATION_HEARTBEATS_MAX = 5;

  private final LivenessConfig config;
  private final Arrivals arrivals;

  /** Since when it is to be heard. */
  private long expectedSinceNanos;

  /** Whether any message of it has come. */
  private boolean heard;

  private long heardNanos;

  /** When its last heartbeat came; means something while {@link #intervalKnown}. */
  private long beatNanos;

  private boolean intervalKnown;

  /** Whether a heartbeat of it has come over this connection. */
  private boolean beatKnown;

  /** The verdict as of when it was last asked for. */
  private boolean live;

  /** When it became live; means something once it was. */
  private long liveSinceNanos;

  /** Whether it is heard again after it was lost, and not counted on yet. */
  private boolean back;

  private long backSinceNanos;

  /** How long it has to stay before it is counted on again. */
  private long probationNanos;

  /** Whether there was a moment without connection since it was last live. */
  private boolean connectionLost = true;

  /** Whether there was none when it last became live. */
  private boolean backFromSilence;

  /** Whether an event has told if this peer is live. */
  boolean reported;

  boolean reportedLive;
  boolean writable = true;
  int slowdownPercent;

  /** How its wall clock differs from this node's. */
  final PeerClock clock = new PeerClock();

  /** What its last heartbeat said of when it was sent; means something while {@link #beatKnown}. */
  private long beatSentNanos;

  private long beatHeardNanos;

  Peer(LivenessConfig config, long nowNanos) {
    this.config = config;
    this.arrivals = new Arrivals(config);
    this.expectedSinceNanos = nowNanos;
  }

  /** Whether its first word is still to come, and it is not suspicious yet that it does not. */
  boolean isExpected(long nowNanos) {
    return !heard && !isOverdue(nowNanos);
  }

  /** Whether so much time has passed that it should have been heard by now. */
  boolean isOverdue(long nowNanos) {
    return nowNanos - expectedSinceNanos >= arrivals.patienceNanos();
  }

  /** A message of it came. */
  void heard(long nowNanos) {
    heard = true;
    heardNanos = nowNanos;
  }

  /**
   * A heartbeat of it came.
   *
   * @param sentNanos when it was sent, as it said
   */
  void beat(long nowNanos, long sentNanos) {
    if (intervalKnown) {
      arrivals.interval(nowNanos - beatNanos);
    }
    intervalKnown = true;
    beatNanos = nowNanos;
    beatKnown = true;
    beatSentNanos = sentNanos;
    beatHeardNanos = nowNanos;
  }

  /** What its last heartbeat is answered with; null if none has come over this connection. */
  @Nullable Echo echo(long nowNanos) {
    return beatKnown ? new Echo(beatSentNanos, nowNanos - beatHeardNanos) : null;
  }

  /**
   * Leaves a time out of account in which this node stood still: then the peer was not silent, this
   * node did not listen.
   */
  void forgive(long nanos) {
    expectedSinceNanos += nanos;
    heardNanos += nanos;
    backSinceNanos += nanos;
    liveSinceNanos += nanos;
    intervalKnown = false;
  }

  /** Whether it has been silent for suspiciously long, and not so long that it is down. */
  boolean isSuspicious(long nowNanos) {
    long silent = silentNanos(nowNanos);
    return silent >= arrivals.patienceNanos() && silent < config.downAfterNanos();
  }

  /**
   * Judges it now.
   *
   * @param borne whether its silence, suspicious as it is, says nothing
   */
  boolean judge(long nowNanos, boolean connected, boolean borne) {
    boolean silent = silentNanos(nowNanos) >= arrivals.patienceNanos();
    boolean present = heard && connected && (!silent || borne);
    if (present) {
      if (!live) {
        isBack(nowNanos);
      }
    } else if (live) {
      isLost(nowNanos);
    } else {
      back = false;
    }
    if (!connected && !connectionLost) {
      connectionLost = true;
      // The next connection may be another process's: the last one's heartbeats tell nothing of it.
      arrivals.forget();
      clock.forget();
      beatKnown = false;
      intervalKnown = false;
    }
    return live;
  }

  private void isBack(long nowNanos) {
    if (!back) {
      back = true;
      backSinceNanos = nowNanos;
    }
    if (nowNanos - backSinceNanos >= probationNanos) {
      live = true;
      liveSinceNanos = nowNanos;
      backFromSilence = !connectionLost;
      connectionLost = false;
    }
  }

  private void isLost(long nowNanos) {
    live = false;
    back = false;
    boolean again = nowNanos - liveSinceNanos < GOOD_CONDUCT_NANOS;
    long most = PROBATION_HEARTBEATS_MAX * config.heartbeatNanos();
    probationNanos =
        again ? Math.min(most, Math.max(config.heartbeatNanos(), 2 * probationNanos)) : 0;
  }

  /** The verdict as it was when it was last asked for. */
  boolean wasLive() {
    return live;
  }

  /** Whether it is live again after nothing but its silence had spoken against it. */
  boolean isBackFromSilence() {
    return backFromSilence;
  }

  /** Whether it is heard, and has to stay for a while before it is counted on. */
  boolean isOnProbation() {
    return back && !live;
  }

  /** Whether a heartbeat of it has come over this connection. */
  boolean hasBeat() {
    return beatKnown;
  }

  boolean wasHeard() {
    return heard;
  }

  long silentNanos(long nowNanos) {
    return nowNanos - heardNanos;
  }

  double phi(long nowNanos) {
    return arrivals.phi(silentNanos(nowNanos));
  }
}
