package io.quorate.cli.bench;

import io.quorate.client.QuorateException;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the topology beside the load, and remembers how it was when. */
final class TopologyWatch implements AutoCloseable {
  private static final long LOOK_EVERY_MILLIS = 500;

  private final Cluster cluster;
  private final NavigableMap<Long, Topology> seen = new ConcurrentSkipListMap<>();
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private long stateVersion;

  private TopologyWatch(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Watches from now on, having looked once. */
  static TopologyWatch begin(Cluster cluster) {
    TopologyWatch watch = new TopologyWatch(cluster);
    watch.look();
    var unused =
        watch.looking.scheduleWithFixedDelay(
            watch::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return watch;
  }

  private void look() {
    try {
      ClusterStatus status = cluster.status();
      // A node that is behind would tell of what is over.
      if (status.topologyChange().stateVersion() >= stateVersion) {
        stateVersion = status.topologyChange().stateVersion();
        remember(Topology.of(status));
      }
    } catch (QuorateException notHeard) {
      // Then it is as it was, as far as is known here.
    }
  }

  private void remember(Topology topology) {
    Map.Entry<Long, Topology> last = seen.lastEntry();
    if (last == null || !last.getValue().equals(topology)) {
      seen.put(System.nanoTime(), topology);
    }
  }

  /**
   * Takes a window apart, as the topology rested or changed.
   *
   * @param seconds each in turn from {@code startNanos} on
   * @return none, if it was not known at its beginning how it was
   */
  List<Period> periods(long startNanos, List<Window.Second> seconds) {
    List<Topology> each = new ArrayList<>();
    for (int i = 1; i <= seconds.size(); i++) {
      Map.Entry<Long, Topology> last = seen.floorEntry(startNanos + TimeUnit.SECONDS.toNanos(i));
      if (last == null) {
        return List.of();
      }
      each.add(last.getValue());
    }
    return Period.of(each, seconds);
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
