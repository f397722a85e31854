package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.RepairProgress;
import io.quorate.client.admin.RepairScope;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.TreeStore;
import io.quorate.storage.rocks.RocksStorage;
import io.quorate.storage.rocks.database.RocksSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real nodes leave on disk of their hash trees, however they end. */
class TreesAfterStopTest {
  private static final int FIRST_PORT = 17_280;
  private static final int PARTITIONS = 16;

  private static final Duration KEPT_WITHIN = Duration.ofSeconds(30);

  @Test
  void aNodeLeavesItsTreesWhetherItStopsInOrderOrBreaks(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      try (QuorateClient client =
          QuorateClient.builder().endpoints(List.of(cluster.address(0))).build()) {
        KeyValue keys = client.keyValue();
        for (int i = 0; i < 100; i++) {
          var unused = keys.put("k" + i, "v");
        }
        // A comparison needs all trees.
        for (int i = 0; i < 3; i++) {
          RepairProgress compared =
              Administration.of(client)
                  .maintenance(cluster.address(i))
                  .repair(RepairScope.ALL, progress -> {});
          assertThat(compared.failed()).isEmpty();
          assertThat(compared.pairs()).isPositive().isEqualTo(compared.done());
        }
      }
      // Every tree that is known comes to disk, whatever becomes of the node then.
      Awaitility.await()
          .atMost(KEPT_WITHIN)
          .ignoreExceptions() // of a copy that is torn, for the node goes on writing
          .until(() -> leftBy(copyOf(dataOf(cluster, 2))).trees().size() == PARTITIONS);
      cluster.node(2).breakWith(new IllegalStateException("for the test"));
      assertThat(cluster.node(2).ended().get(20, TimeUnit.SECONDS)).isNotNull();
      cluster.stop(1);
      assertThat(leftBy(dataOf(cluster, 2)).trees()).hasSize(PARTITIONS);
      assertThat(leftBy(dataOf(cluster, 1)).trees()).hasSize(PARTITIONS);
    }
  }

  private static Path dataOf(RealCluster cluster, int index) throws Exception {
    return cluster.config(index).node().dataDir();
  }

  /** As a crash of the node would leave it at about this moment. */
  private static Path copyOf(Path data) throws IOException {
    Path copy = Files.createTempDirectory(data.getParent(), "copy");
    try (Stream<Path> files = Files.walk(data)) {
      for (Path each : files.skip(1).toList()) {
        Files.copy(each, copy.resolve(data.relativize(each).toString()));
      }
    }
    return copy;
  }

  private static TreeStore.Contents leftBy(Path data) throws Exception {
    try (EventLoops loops = EventLoops.start(1, "test-lane", broken -> {});
        Storage disk =
            RocksStorage.open(
                data,
                RocksSettings.DEFAULT,
                "test-storage",
                new SystemClock(),
                new MachineThreads(),
                StorageListener.NONE,
                health -> {})) {
      return disk.trees(loops.lanes().getFirst()).load();
    }
  }
}
