package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The disk of one node is full: the others take the writes; the node reports it, and takes writes
 * again once there is space. The test is skipped where it may not mount a file system.
 */
@Tag("campaign")
class FullDiskTest {
  private static final Duration WITHIN = Duration.ofMinutes(2);
  private static final WriteOptions PATIENT = WriteOptions.DEFAULT.timeout(WITHIN);

  @Test
  void aNodeWhoseDiskIsFullSaysSoAndRecoversOnceThereIsRoom() throws IOException {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16")) {
      Path disk = Files.createDirectory(nodes.directory().resolve("disk"));
      // The log of RocksDB reserves 70 MiB; beside it, 64 MiB must be free for writes to go on.
      CommandLine.Result mounted =
          new CommandLine().shell("mount -t tmpfs -o size=256m tmpfs '" + disk + "'");
      assumeTrue(mounted.code() == 0, () -> "no file system can be mounted here: " + mounted);
      try {
        fillAndFree(nodes, disk);
      } finally {
        nodes.node(0).discard();
        CommandLine.Result unused = new CommandLine().shell("umount -l '" + disk + "'");
      }
    }
  }

  private static void fillAndFree(Nodes nodes, Path disk) throws IOException {
    Node full = nodes.node(0).set("QUORATE_NODE_DATA_DIR", disk.resolve("data").toString());
    nodes.start();
    try (QuorateClient client = nodes.client()) {
      KeyValue store = client.keyValue();
      store.put("before", "1");
      Path ballast = disk.resolve("ballast");
      CommandLine.Result unused =
          new CommandLine().shell("head -c 300m /dev/zero >'" + ballast + "'"); // until it is full
      // What the log of RocksDB has reserved must be used up, too.
      byte[] value = new byte[1_000_000];
      int[] written = {0};
      Waiting.until(
          WITHIN,
          () -> {
            store.put(key("full:" + written[0]++), value, PATIENT);
            return full.meter("quorate_storage_writable") == 0;
          },
          full::lastLines);
      Waiting.until(WITHIN, () -> full.log().contains("the disk takes no writes"), full::lastLines);
      assertThat(full.isAlive()).isTrue();
      assertThat(full.status("/health/live")).isEqualTo(200);
      assertThat(full.meter("quorate_disk_used_bytes"))
          .isGreaterThan(9 * full.meter("quorate_disk_available_bytes"));
      CommandLine.Result doctor = nodes.commandLine().quorate("doctor");
      assertThat(doctor.code()).as("%s", doctor).isNotZero();
      assertThat(doctor.outText()).contains("disk");
      assertThat(store.get("before").text()).isEqualTo("1");
      for (int i = 0; i < 20; i++) {
        store.put(key("meanwhile:" + i), value, PATIENT);
      }

      Files.delete(ballast);
      Waiting.until(
          WITHIN,
          () -> full.meter("quorate_storage_writable") == 1 && full.isReady(),
          full::lastLines);
      assertThat(full.log()).contains("the disk takes writes again");
      Waiting.until(WITHIN, () -> takesPartIn(store), full::lastLines);
      Waiting.until(
          WITHIN,
          () -> nodes.commandLine().quorate("repair", "--verify").code() == 0,
          () -> nodes.commandLine().quorate("repair", "--verify").toString());
    }
  }

  private static boolean takesPartIn(KeyValue store) {
    try {
      store.put(key("after"), new byte[] {1}, PATIENT.level(Level.ALL));
      return true;
    } catch (QuorateException notYet) {
      return false;
    }
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
