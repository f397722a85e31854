package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.DiskMarkStore.DiskMark;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.RocksStorage;
import io.quorate.storage.rocks.database.RocksSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes on disks of yesterday, and on copies of what others run on. */
class SetBackNodeTest {
  private static final int FIRST_PORT = 18_800;

  /** Much longer than a heartbeat, which tells the mark of a disk. */
  private static final int TOLD_AFTER_MILLIS = 2_000;

  private static Path dataOf(Path directory) {
    return directory.resolve("node-2");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  private static String refusalOf(QuorateNode node) throws Exception {
    NodeEnd end = node.ended().get(30, TimeUnit.SECONDS);
    assertThat(end).isInstanceOf(NodeEnd.Refused.class);
    return ((NodeEnd.Refused) end).message();
  }

  private static boolean isSetBack(Path data) throws Exception {
    return SetBackNodeTest.<Boolean>onDisk(
        data, (disk, lane, done) -> done.complete(disk.diskMark(lane).load().setBack()));
  }

  /** Makes of a copy what it would be if it had been made while the node ran. */
  private static void asOfNow(Path data) throws Exception {
    String failure =
        SetBackNodeTest.<String>onDisk(
            data,
            (disk, lane, done) -> {
              Identity before = Objects.requireNonNull(disk.identity().load());
              disk.identity()
                  .save(new Identity(before.node(), before.boot() + 1, before.cluster()));
              disk.diskMark(lane)
                  .save(
                      new DiskMark(System.currentTimeMillis() + 3_600_000, false),
                      new PutCallback() {
                        @Override
                        public void stored() {
                          done.complete("");
                        }

                        @Override
                        public void failed(StorageFault fault) {
                          done.complete(fault.message());
                        }
                      });
            });
    assertThat(failure).isEmpty();
  }

  private interface Task<T> {
    void run(Storage disk, Lane lane, CompletableFuture<T> done);
  }

  private static <T> T onDisk(Path data, Task<T> task) throws Exception {
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
      Lane lane = loops.lanes().getFirst();
      CompletableFuture<T> done = new CompletableFuture<>();
      lane.execute(() -> task.run(disk, lane, done));
      return done.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aNodeOnAnEarlierCopyOfItsDirectoryIsRefusedAlsoOnceTheOthersHaveForgotten(
      @TempDir Path directory) throws Exception {
    Path earlier = directory.resolve("earlier");
    Path newest = directory.resolve("newest");
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      cluster.stop(2);
      copy(dataOf(directory), earlier);
      cluster.start(2);
      cluster.awaitReady(2);
      TimeUnit.MILLISECONDS.sleep(TOLD_AFTER_MILLIS);
      cluster.stop(2);

      Files.move(dataOf(directory), newest);
      Files.move(earlier, dataOf(directory));
      assertThat(refusalOf(cluster.start(2)))
          .contains("was set back", "has heard from it on", "quorate cluster readmit");

      for (int other = 0; other < 2; other++) {
        cluster.stop(other);
        cluster.start(other);
      }
      cluster.awaitReady(0);
      cluster.awaitReady(1);
      assertThat(refusalOf(cluster.start(2))).contains("was set back, as other nodes");

      // Unless its operator declares it to be the best that is left of the cluster.
      Path best = directory.resolve("best");
      copy(dataOf(directory), best);
      assertThat(isSetBack(best)).isTrue();
      try (StoppedNode survivor = StoppedNode.open(best)) {
        StoppedNode.Metadata known = survivor.metadata();
        var unused = survivor.recover(known.last(), "operator");
      }
      assertThat(isSetBack(best)).isFalse();

      Files.move(dataOf(directory), earlier);
      Files.move(newest, dataOf(directory));
      cluster.start(2);
      cluster.awaitReady(2);
    }
  }

  @Test
  void aCopyThatIsStartedBesideTheNodeIsRefusedAndTheNodeGoesOn(@TempDir Path directory)
      throws Exception {
    Path second = directory.resolve("second");
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      cluster.stop(2);
      copy(dataOf(directory), second);
      cluster.start(2);
      cluster.awaitReady(2);
      TimeUnit.MILLISECONDS.sleep(TOLD_AFTER_MILLIS);

      try (QuorateNode copied = elsewhere(cluster, second)) {
        assertThat(refusalOf(copied)).contains("was set back");
      }
      assertThat(cluster.node(2).readiness().ready()).isTrue();
      try (QuorateClient client =
          QuorateClient.builder()
              .endpoints(List.of(cluster.address(2)))
              .writeLevel(Level.ALL)
              .build()) {
        var unused = client.keyValue().put("k", "v");
      }
    }
  }

  /** Two would confirm writes as one node. */
  @Test
  void ofTwoProcessesOfANodeTheOlderEndsWhereTheCopyIsTooNewToBeRefused(@TempDir Path directory)
      throws Exception {
    Path second = directory.resolve("second");
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      cluster.stop(2);
      copy(dataOf(directory), second);
      asOfNow(second);
      cluster.start(2);
      cluster.awaitReady(2);
      try (QuorateNode copied = elsewhere(cluster, second)) {
        assertThat(refusalOf(cluster.node(2)))
            .contains("connected to a later one of the same node", "data directory of its own");
        assertThat(copied.ended()).isNotDone();
      }
    }
  }

  /** Starts the third node once more, at another address. */
  private static QuorateNode elsewhere(RealCluster cluster, Path data) throws Exception {
    String there = "127.0.0.1:" + (FIRST_PORT + 3);
    Map<String, String> settings =
        Map.of(
            "node.address", there,
            "node.data_dir", data.toString(),
            "cluster.seeds", String.join(",", cluster.address(0), cluster.address(1), there));
    return QuorateNode.start(cluster.config(2, settings));
  }
}
