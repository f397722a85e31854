package io.quorate.replication.coordinator.track;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.health.LiveNodes;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * In which order to ask replicas. Live ones by turns, so that they share the load; one that has
 * been clearly slower than the fastest comes after the others, and last of all one that lags behind
 * or does not cope.
 */
public final class Closeness {
  /** A replica is clearly slower from this multiple of the fastest, plus a margin, on. */
  private static final int SLOWER_TIMES = 2;

  private static final long SLOWER_MARGIN_NANOS = 500_000;

  /** No node is preferred. */
  private static final Quorum ANY = new Quorum(List.of());

  /** Comes first, or the question that is to try it would go to others. */
  private static final int TRIED = 0;

  private static final int GOOD = 1;
  private static final int SLOW = 2;
  private static final int SPARED = 3;

  private final LiveNodes liveness;
  private final TrackRecords tracks;
  private final Clock clock;
  private final Consumer<Event> events;

  private int turn;

  public Closeness(LiveNodes liveness, TrackRecords tracks, Clock clock, Consumer<Event> events) {
    this.liveness = liveness;
    this.tracks = tracks;
    this.clock = clock;
    this.events = events;
  }

  /** The live ones among {@code replicas} without {@code self}, in the order to ask them. */
  public List<NodeId> order(List<NodeId> replicas, NodeId self) {
    return order(replicas, self, ANY);
  }

  /** The same; where all do well, those first that count in every group of {@code quorum}. */
  public List<NodeId> order(List<NodeId> replicas, NodeId self, Quorum quorum) {
    List<NodeId> live = new ArrayList<>(replicas.size());
    long fastest = Long.MAX_VALUE;
    long slowest = 0;
    boolean spare = false;
    for (NodeId replica : replicas) {
      if (!replica.equals(self) && liveness.isLive(replica)) {
        live.add(replica);
        TrackRecord track = tracks.of(replica);
        fastest = Math.min(fastest, track.latencyNanos());
        slowest = Math.max(slowest, track.latencyNanos());
        spare |= track.lags || track.breaker.isOpen();
      }
    }
    if (live.size() < 2) {
      return live;
    }
    turn++;
    long slow = fastest * SLOWER_TIMES + SLOWER_MARGIN_NANOS;
    return spare || slowest > slow ? ranked(live, slow) : quorum.broadestFirst(byTurns(live));
  }

  private List<NodeId> byTurns(List<NodeId> live) {
    List<NodeId> ordered = new ArrayList<>(live.size());
    for (int i = 0; i < live.size(); i++) {
      ordered.add(live.get(Math.floorMod(turn + i, live.size())));
    }
    return ordered;
  }

  private List<NodeId> ranked(List<NodeId> live, long slowNanos) {
    long now = clock.nanos();
    int[] ranks = new int[live.size()];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = rank(tracks.of(live.get(i)), slowNanos, now);
    }
    List<NodeId> ordered = new ArrayList<>(ranks.length);
    for (int rank = TRIED; rank <= SPARED; rank++) {
      for (int i = 0; i < ranks.length; i++) {
        int at = Math.floorMod(turn + i, ranks.length);
        if (ranks[at] == rank) {
          ordered.add(live.get(at));
        }
      }
    }
    return ordered;
  }

  private int rank(TrackRecord track, long slowNanos, long nowNanos) {
    if (track.breaker.isOpen()) {
      boolean probe = track.breaker.takeProbe(nowNanos);
      if (probe) {
        events.accept(CoordinatorEvent.Window.BREAKER_PROBED);
      }
      return probe ? TRIED : SPARED;
    }
    if (track.lags) {
      events.accept(CoordinatorEvent.Window.LAG_ROUTED_AROUND);
      return SPARED;
    }
    return track.latencyNanos() > slowNanos ? SLOW : GOOD;
  }
}
