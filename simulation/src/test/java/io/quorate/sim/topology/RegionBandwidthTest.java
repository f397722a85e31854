package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.storage.RecordStore.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A region was cut off and has missed a few megabytes. Each node brings it what it lacks no faster
 * than its bound, and clients wait for nothing of it (docs/design/regions.md#r8).
 */
class RegionBandwidthTest {
  private static final long BYTES_PER_SECOND = 64 << 10;
  private static final int KEYS = 1_500;
  private static final long VALUE_BYTES = 2_000;

  /** What may be on its way when the room is used up: a transfer of records, and some hints. */
  private static final long BEGUN_BYTES = 80 * VALUE_BYTES;

  private static final Duration MISSED_MAX = Duration.ofMinutes(2);

  /** Bytes of records between regions: by the node that is charged, and the second. */
  private final Map<NodeId, SortedMap<Long, Long>> carried = new TreeMap<>();

  private Duration latency = Duration.ZERO;

  @Test
  void whatARegionMissedIsBroughtWithinTheBoundOfEachNode() {
    RegionalCluster nodes = RegionalCluster.ready(11, BYTES_PER_SECOND);
    Duration bounded = healed(nodes);

    carried.forEach(
        (node, seconds) ->
            seconds
                .keySet()
                .forEach(
                    from ->
                        assertThat(sum(seconds, from, 5))
                            .as("node %s, five seconds from %d on", node, from)
                            .isLessThanOrEqualTo(6 * BYTES_PER_SECOND + BEGUN_BYTES)));
    assertThat(carried.values().stream().mapToLong(each -> sum(each, 0, Long.MAX_VALUE)).sum())
        .as("the rest is brought within the region, as reads find it lacking")
        .isGreaterThanOrEqualTo(KEYS * VALUE_BYTES);
    assertThat(latency).as("of clients meanwhile").isLessThan(Duration.ofMillis(20));
    assertThat(nodes.wrong()).isEmpty();

    carried.clear();
    Duration unbounded = healed(RegionalCluster.ready(11));
    assertThat(bounded).isGreaterThan(unbounded.multipliedBy(2));
  }

  private static long sum(SortedMap<Long, Long> seconds, long from, long length) {
    long end = length == Long.MAX_VALUE ? length : from + length;
    return seconds.subMap(from, end).values().stream().mapToLong(each -> each).sum();
  }

  /** How long it takes from the end of the partition until the region has all that it missed. */
  private Duration healed(RegionalCluster nodes) {
    nodes.cutOff("c");
    nodes.pass(Duration.ofSeconds(4));
    nodes.putAll("a", KEYS, (int) VALUE_BYTES);
    watch(nodes);
    nodes.mend();
    long begun = nodes.nowNanos();
    latency = Duration.ZERO;
    while (nodes.found("c", KEYS) < KEYS) {
      assertThat(nodes.nowNanos() - begun).isLessThan(MISSED_MAX.toNanos());
      Duration each = nodes.putLatency("a", "latency", Level.LOCAL_QUORUM);
      latency = each.compareTo(latency) > 0 ? each : latency;
      nodes.pass(Duration.ofMillis(500));
    }
    return Duration.ofNanos(nodes.nowNanos() - begun);
  }

  private void watch(RegionalCluster nodes) {
    nodes
        .network()
        .addRule(
            WriteRecords.class,
            sent -> {
              count(nodes, sent.from(), sent.to(), bytes(sent.message().entries()));
              return sent.message();
            });
    nodes
        .network()
        .addRule(
            RangeReply.class,
            sent -> {
              if (sent.message().outcome() instanceof Records page) {
                count(nodes, sent.to(), sent.from(), bytes(page.entries()));
              }
              return sent.message();
            });
    nodes
        .network()
        .addRule(
            Write.class,
            sent -> {
              if (sent.message().cause() == Cause.HINT) {
                long bytes = sent.message().record().bytes().length;
                count(nodes, sent.from(), sent.to(), bytes);
              }
              return sent.message();
            });
  }

  private static long bytes(List<Entry> entries) {
    return entries.stream().mapToLong(each -> each.record().bytes().length).sum();
  }

  private void count(RegionalCluster nodes, NodeId charged, NodeId other, long bytes) {
    if (nodes.areApart(charged, other)) {
      carried
          .computeIfAbsent(charged, node -> new TreeMap<>())
          .merge(TimeUnit.NANOSECONDS.toSeconds(nodes.nowNanos()), bytes, Long::sum);
    }
  }
}
