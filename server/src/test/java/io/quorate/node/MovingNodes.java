package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.admin.PartitionHash;
import io.quorate.client.admin.Placement;
import io.quorate.node.config.NodeConfig;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.RocksStorage;
import io.quorate.storage.rocks.database.RocksSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What can be asked of a cluster to which a fourth node comes, while and after partitions move. */
final class MovingNodes {
  /** Index of the node that joins the first three. */
  static final int NEW = 3;

  /** The default: what is further down a preference list is no replica. */
  private static final int REPLICAS = 3;

  /** As many as {@link RealCluster} has. */
  private static final int PARTITIONS = 16;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RealCluster cluster;
  private final QuorateClient client;

  MovingNodes(RealCluster cluster, QuorateClient client) {
    this.cluster = cluster;
    this.client = client;
  }

  /** The configuration of the node that joins. */
  NodeConfig config() throws Exception {
    return cluster.config(
        NEW,
        Map.of(
            "cluster.join",
            "true",
            "cluster.seeds",
            cluster.address(0) + "," + cluster.address(1)));
  }

  /** The new node has its share, and nothing moves any more. */
  void awaitShare() {
    await(
        status ->
            status.moves().isEmpty()
                && status.nodes().stream()
                    .anyMatch(
                        node ->
                            node.address().equals(cluster.address(NEW))
                                && node.membership() == ClusterStatus.Membership.ACTIVE
                                && node.replicas() > 0));
  }

  /** Waits until some partition is at a stage. */
  void awaitStage(ClusterStatus.PartitionMove.Stage stage) {
    await(status -> status.moves().stream().anyMatch(move -> move.stage() == stage));
  }

  private void await(Predicate<ClusterStatus> holds) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    ClusterStatus status = Administration.of(client).cluster().status();
    while (!holds.test(status)) {
      assertThat(System.nanoTime()).as(status.toString()).isLessThan(until);
      LockSupport.parkNanos(20_000_000L);
      status = Administration.of(client).cluster().status();
    }
  }

  /** All replicas hold the same; what is on its way yet may arrive first. */
  void verifyEqual() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int number = 0; number < PARTITIONS; number++) {
      Set<String> hashes = hashes(number);
      while (hashes.size() != 1) {
        assertThat(System.nanoTime()).as("partition %d: %s", number, hashes).isLessThan(until);
        hashes = hashes(number);
      }
    }
  }

  /** Returns what the replicas of a partition read from their disks now, each with its epoch. */
  private Set<String> hashes(int number) {
    Placement placement = Administration.of(client).cluster().placement();
    assertThat(placement.partitions()).hasSize(PARTITIONS);
    List<Integer> replicas = placement.partitions().get(number).preferenceList();
    assertThat(replicas).hasSizeGreaterThanOrEqualTo(REPLICAS);
    Set<String> hashes = new HashSet<>();
    for (int at : replicas.subList(0, REPLICAS)) {
      NodeMaintenance replica =
          Administration.of(client).maintenance(placement.nodes().get(at).address());
      try {
        PartitionHash held = replica.hash(number, PATIENCE);
        List<String> found = held.factors().stream().map(PartitionHash.OfFactor::hash).toList();
        hashes.add(found.isEmpty() ? "node " + at + ": nothing" : held.epoch() + " " + found);
      } catch (QuorateException refused) {
        hashes.add("node " + at + ": " + refused.getMessage());
      }
    }
    return hashes;
  }

  /** Each partition is on the disks of its replicas, and on no other; the nodes must be down. */
  void checkDisks(Placement placement) throws Exception {
    for (int index = 0; index <= NEW; index++) {
      String address = cluster.address(index);
      try (EventLoops loops = EventLoops.start(1, "test-lane", broken -> {});
          Storage disk =
              RocksStorage.open(
                  (index == NEW ? config() : cluster.config(index)).node().dataDir(),
                  RocksSettings.DEFAULT,
                  "test-storage",
                  new SystemClock(),
                  new MachineThreads(),
                  StorageListener.NONE,
                  health -> {})) {
        RecordStore records = disk.records(loops.lanes().getFirst());
        for (int number = 0; number < placement.partitions().size(); number++) {
          List<Integer> replicas = placement.partitions().get(number).preferenceList();
          assertThat(holdsAny(records, loops, number))
              .as("%s holds something of partition %d", address, number)
              .isEqualTo(
                  replicas.stream()
                      .limit(REPLICAS)
                      .anyMatch(at -> placement.nodes().get(at).address().equals(address)));
        }
      }
    }
  }

  private static boolean holdsAny(RecordStore records, EventLoops loops, int partition)
      throws Exception {
    var held = new CompletableFuture<Boolean>();
    loops.lanes().getFirst().execute(() -> records.holdsAny(partition, held::complete));
    return held.get(10, TimeUnit.SECONDS);
  }
}
