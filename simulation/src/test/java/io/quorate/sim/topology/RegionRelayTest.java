package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.transport.codec.peer.PeerCodec;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A write goes to each other region once, and is passed on there (docs/design/regions.md#relay). It
 * prints what that saves, for docs/operations/regions.md.
 */
class RegionRelayTest {
  private static final int KEYS = 400;
  private static final int VALUE_BYTES = 1_000;

  /** Two other regions have three replicas each. */
  private static final int REGIONS = 2;

  private static final int REPLICAS = 6;

  /** Other bytes between regions are less than this share of those of the records. */
  private static final double REST = 0.5;

  /** Beside the round trip: a message that was lost is sent again. */
  private static final Duration MILLIS_BESIDE = Duration.ofMillis(700);

  @Test
  void aWriteGoesToEachRegionOnce() {
    RegionalCluster nodes = RegionalCluster.ready(31);
    AtomicLong between = bytesBetweenRegions(nodes);
    nodes.putAll("a", KEYS, VALUE_BYTES);
    nodes.pass(Duration.ofMillis(200));
    long perWrite = between.get() / KEYS;
    System.out.printf(
        "%d bytes between regions for a write of %d bytes (%d replicas there)%n",
        perWrite, VALUE_BYTES, REPLICAS);
    assertThat(perWrite)
        .isBetween((long) REGIONS * VALUE_BYTES, (long) (REGIONS * VALUE_BYTES * (1 + REST)));
    nodes.pass(Duration.ofSeconds(2));
    assertThat(nodes.found("b", KEYS)).isEqualTo(KEYS);
    assertThat(nodes.found("c", KEYS)).isEqualTo(KEYS);
    nodes.comeToRest();
    assertThat(nodes.wrong()).isEmpty();
  }

  private static AtomicLong bytesBetweenRegions(RegionalCluster nodes) {
    AtomicLong bytes = new AtomicLong();
    nodes
        .network()
        .addRule(
            ReplicaMessage.class,
            sent -> {
              if (nodes.areApart(sent.from(), sent.to())) {
                bytes.addAndGet(PeerCodec.encode(sent.message()).length);
              }
              return sent.message();
            });
    return bytes;
  }

  /** None of the nodes of a region hears the others there; all are heard from elsewhere. */
  @Test
  void aRelayThatReachesNoOtherHoldsUpWritesForAMomentOnly() {
    RegionalCluster nodes = RegionalCluster.ready(32);
    cutWithin(nodes, "bbb".length());
    nodes.pass(Duration.ofSeconds(3));
    for (int i = 0; i < 40; i++) {
      String key = "key " + i;
      long begun = nodes.nowNanos();
      assertThat(nodes.put("a", key, Level.EACH_QUORUM)).isInstanceOf(Outcome.Written.class);
      assertThat(Duration.ofNanos(nodes.nowNanos() - begun))
          .isLessThan(Duration.ofMillis(80).plus(MILLIS_BESIDE));
    }
    nodes.comeToRest();
    assertThat(nodes.wrong()).isEmpty();
  }

  /** The nodes of region b are the fourth to the sixth. */
  private static void cutWithin(RegionalCluster nodes, int first) {
    IntStream.range(first, 2 * first)
        .forEach(
            one ->
                IntStream.range(first, 2 * first)
                    .filter(other -> other != one)
                    .forEach(
                        other -> {
                          NodeId here = nodes.id(one);
                          nodes.network().cut(here, nodes.id(other));
                        }));
  }
}
