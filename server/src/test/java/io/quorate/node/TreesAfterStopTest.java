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
import io.quorate.storage.rocks.RocksSettings;
import io.quorate.storage.rocks.RocksStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real nodes leave on disk of their hash trees, however they end. */
class TreesAfterStopTest {
  private static final int FIRST_PORT = 17_280;
  private static final int PARTITIONS = 16;

  /** In which every tree that is known comes to disk. */
  private static final long KEEPING_MILLIS = 3_000;

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
      Thread.sleep(KEEPING_MILLIS);
      cluster.node(2).breakWith(new IllegalStateException("for the test"));
      assertThat(cluster.node(2).ended().get(20, TimeUnit.SECONDS)).isNotNull();
      cluster.stop(1);
      assertThat(leftBy(cluster, 2).trees()).hasSize(PARTITIONS);
      assertThat(leftBy(cluster, 1).trees()).hasSize(PARTITIONS);
    }
  }

  private static TreeStore.Contents leftBy(RealCluster cluster, int index) throws Exception {
    try (EventLoops loops = EventLoops.start(1, "test-lane", broken -> {});
        Storage disk =
            RocksStorage.open(
                cluster.config(index).node().dataDir(),
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
