package io.quorate.replication.coordinator.track;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.hint.Hints;
import io.quorate.runtime.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * How each other replica has dealt with what this coordinator asked of it: which answer fast, which
 * cope, which lag behind. An opinion about which to ask first and which to spare; what counts
 * towards a quorum is decided elsewhere.
 *
 * <p>On the way of a write this costs a look-up for what is sent and one for what is answered. How
 * far replicas lag is found out by a census of what is under way, now and then.
 */
public final class TrackRecords {
  private static final long CENSUS_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long TELL_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** From this multiple of the bound on, a lag is said. */
  private static final int SAID_FROM = 2;

  private final Clock clock;
  private final BreakerConfig breakers;
  private final long lateNanos;
  private final long lagNanosMax;
  private final Predicate<NodeId> isLive;
  private final LongSupplier awakeSinceNanos;
  private final Consumer<Event> events;

  /** Ordered so that a simulation repeats. */
  private final Map<NodeId, TrackRecord> replicas = new TreeMap<>();

  /** When operations were last looked at: some milliseconds ago, and known without a clock. */
  private long sweptNanos;

  private long censusNanos;
  private long toldNanos;

  /**
   * @param lateNanos an answer that takes longer is a failure
   * @param lagNanosMax a replica that lags further behind is asked after others
   * @param isLive one that is down lags, too, and that is no news
   * @param awakeSinceNanos when this node last came back from standing still: no node is blamed for
   *     the time before
   */
  public TrackRecords(
      Clock clock,
      BreakerConfig breakers,
      long lateNanos,
      long lagNanosMax,
      Predicate<NodeId> isLive,
      LongSupplier awakeSinceNanos,
      Consumer<Event> events) {
    this.clock = clock;
    this.breakers = breakers;
    this.lateNanos = lateNanos;
    this.lagNanosMax = lagNanosMax;
    this.isLive = isLive;
    this.awakeSinceNanos = awakeSinceNanos;
    this.events = events;
  }

  /** What is known of one replica. */
  public TrackRecord of(NodeId replica) {
    TrackRecord known = replicas.get(replica);
    if (known == null) {
      known = new TrackRecord(breakers);
      replicas.put(replica, known);
    }
    return known;
  }

  /** It answered a read after this long. */
  public void answeredRead(NodeId replica, long nanos) {
    TrackRecord track = of(replica);
    if (nanos <= lateNanos) {
      track.measured(nanos);
      succeeded(replica, track);
    } else if (isLateOnItsOwn(clock.nanos() - nanos)) {
      track.measured(nanos);
      failed(replica, track);
    }
  }

  /** Whether what is owed since then is late though this node did not stand still meanwhile. */
  private boolean isLateOnItsOwn(long sinceNanos) {
    long since = Math.max(0, awakeSinceNanos.getAsLong() - sinceNanos) + sinceNanos;
    return clock.nanos() - since > lateNanos;
  }

  /** It stored a write that was sent to it then. */
  public void answeredWrite(NodeId replica, long sentNanos) {
    TrackRecord track = of(replica);
    track.answered();
    if (sweptNanos - sentNanos <= lateNanos) {
      succeeded(replica, track);
    } else if (isLateOnItsOwn(sentNanos)) {
      failed(replica, track);
    }
  }

  /** It refused a write that was sent to it. */
  public void refusedWrite(NodeId replica) {
    TrackRecord track = of(replica);
    track.answered();
    failed(replica, track);
  }

  /** It did not answer what it was sent then, and was asked again. */
  public void unanswered(NodeId replica, long sentNanos) {
    if (isLateOnItsOwn(sentNanos)) {
      failed(replica);
    }
  }

  /** It refused, or did not answer. */
  public void failed(NodeId replica) {
    failed(replica, of(replica));
  }

  private void succeeded(NodeId replica, TrackRecord track) {
    if (track.breaker.succeeded(clock.nanos())) {
      events.accept(new CoordinatorEvent.BreakerClosed(replica));
    }
  }

  private void failed(NodeId replica, TrackRecord track) {
    if (track.breaker.failed(clock.nanos())) {
      events.accept(new CoordinatorEvent.BreakerOpened(replica));
    }
  }

  /**
   * Finds out, if it is time, how far every replica lags behind what it was sent or is owed.
   *
   * @param underWay has all that is under way counted
   */
  public void census(Consumer<Census> underWay, Hints hints) {
    long now = clock.nanos();
    sweptNanos = now;
    if (now - censusNanos < CENSUS_EVERY_NANOS) {
      return;
    }
    censusNanos = now;
    replicas.values().forEach(TrackRecord::beginCensus);
    long awake = awakeSinceNanos.getAsLong();
    underWay.accept((replica, since) -> of(replica).count(Math.min(now - since, now - awake)));
    boolean tell = now - toldNanos >= TELL_EVERY_NANOS;
    if (tell) {
      toldNanos = now;
    }
    replicas.forEach(
        (replica, track) -> {
          track.endCensus(hints.lackingNanos(replica));
          judge(replica, track, tell);
        });
  }

  private void judge(NodeId replica, TrackRecord track, boolean tell) {
    long lag = track.lagNanos();
    track.lags = lag > (track.lags ? lagNanosMax / 2 : lagNanosMax);
    long millis = TimeUnit.NANOSECONDS.toMillis(lag);
    if (!track.lagTold && lag > SAID_FROM * lagNanosMax && isLive.test(replica)) {
      track.lagTold = true;
      events.accept(new CoordinatorEvent.FellBehind(replica, millis));
    } else if (track.lagTold && !track.lags) {
      track.lagTold = false;
      events.accept(new CoordinatorEvent.CaughtUp(replica));
    }
    if (tell && millis != track.lagTellMillis) {
      track.lagTellMillis = millis;
      events.accept(new CoordinatorEvent.ReplicationLag(replica, millis));
    }
  }
}
