package io.quorate.replication.coordinator.track;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Regions;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.RelayWrite;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends writes to replicas: once to each other region, where one of them passes it on to the others
 * (docs/design/regions.md#relay). Whom that is to reach is counted, resent to and hinted as if it
 * had been sent the write itself.
 *
 * <p>The replicas of a region take turns. One that answered while the others were silent may not
 * reach them: it is left out for a while.
 */
public final class Relays {
  /** Each member of a cluster at this version knows the messages. */
  private static final int FROM_CLUSTER_VERSION = 2;

  private static final long LEFT_OUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final NodeId self;
  private final Clock clock;
  private final Network<ReplicaMessage> network;
  private final TrackRecords tracks;
  private final Consumer<Event> events;

  /** Until when they are to pass nothing on. */
  private final Map<NodeId, Long> leftOutUntilNanos = new TreeMap<>();

  private int turn;

  /** In which nodes stand; null as long as each write is sent directly. */
  private @Nullable Regions regions;

  public Relays(
      NodeId self,
      Clock clock,
      Network<ReplicaMessage> network,
      TrackRecords tracks,
      Consumer<Event> events) {
    this.self = self;
    this.clock = clock;
    this.network = network;
    this.tracks = tracks;
    this.events = events;
  }

  /** Whether writes are given to {@link #send}; else each is sent directly. */
  public boolean mayRelay() {
    return regions != null;
  }

  /**
   * Sends a write to each of these, directly or not.
   *
   * @return what others are to pass on
   */
  public List<Relayed> send(List<NodeId> replicas, Write write) {
    Regions over = regions;
    if (over == null || replicas.size() < 2) {
      replicas.forEach(replica -> network.send(replica, write));
      return List.of();
    }
    String own = over.of(self);
    List<Relayed> relayed = new ArrayList<>(2);
    over.divide(replicas)
        .forEach(
            (region, there) -> {
              NodeId relay = region.equals(own) ? null : relay(there);
              if (relay == null) {
                there.forEach(replica -> network.send(replica, write));
              } else {
                List<NodeId> others = new ArrayList<>(there);
                others.remove(relay);
                network.send(relay, new RelayWrite(write, others));
                events.accept(new CoordinatorEvent.WriteRelayed(others.size()));
                relayed.add(new Relayed(relay, others));
              }
            });
    return relayed;
  }

  /** Learns whether nodes stand in more than one region, and know such messages. */
  public void placementsChanged(Placements next) {
    boolean mayRelay =
        next.clusterVersion() >= FROM_CLUSTER_VERSION
            && next.nodes().keySet().stream().map(next::regionOf).distinct().count() > 1;
    regions = mayRelay ? next.nodes().regions() : null;
  }

  /** One of these that copes and reached the others lately, by turns; null if there is none. */
  private @Nullable NodeId relay(List<NodeId> there) {
    if (there.size() < 2 || there.size() > RelayWrite.OTHERS_MAX) {
      return null;
    }
    turn++;
    for (int i = 0; i < there.size(); i++) {
      NodeId replica = there.get(Math.floorMod(turn + i, there.size()));
      TrackRecord track = tracks.of(replica);
      if (!track.lags && !track.breaker.isOpen() && !isLeftOut(replica)) {
        return replica;
      }
    }
    return null;
  }

  private boolean isLeftOut(NodeId replica) {
    Long until = leftOutUntilNanos.get(replica);
    if (until == null) {
      return false;
    }
    if (until - clock.nanos() <= 0) {
      leftOutUntilNanos.remove(replica);
      return false;
    }
    return true;
  }

  /**
   * A replica was to pass a write on, and some of its region lack it as far as is known.
   *
   * @param awaited those that have not answered
   */
  public void failed(Relayed relayed, CoordinatorEvent.RelayFailed how, Predicate<NodeId> awaited) {
    events.accept(how);
    if (!relayed.others().stream().allMatch(awaited)) {
      events.accept(CoordinatorEvent.Window.RELAYED_HALF_WAY);
    }
    if (how == CoordinatorEvent.RelayFailed.RELAY_SILENT) {
      leftOutUntilNanos.put(relayed.relay(), clock.nanos() + LEFT_OUT_NANOS);
    }
  }
}
