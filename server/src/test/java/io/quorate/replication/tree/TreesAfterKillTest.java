package io.quorate.replication.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Factor;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import java.io.BufferedReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes with -9 while they write, on one directory: all trees are there, and are true.
 */
class TreesAfterKillTest {
  private static final int ROUNDS = 3;
  private static final int WRITES_BEFORE_THE_KILL = 3_000;
  private static final int RECORDS_MAX = 10_000;

  @TempDir private Path directory;

  private int boot;

  @Test
  void afterAKillUnderWritesNoPartitionIsReadAndAllTreesAreThoseOfTheRecords() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      boot++;
      killUnderWrites();
      boot++;
      expectAllTrees();
    }
  }

  private void killUnderWrites() throws Exception {
    Process writer =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    TreeWriter.class.getName(),
                    directory.toString(),
                    Integer.toString(boot)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    boolean kept = false;
    int puts = 0;
    try (BufferedReader output = writer.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        kept |= line.equals("kept");
        puts += kept && line.equals("put") ? 1 : 0;
        if (puts == WRITES_BEFORE_THE_KILL) {
          boolean unused = writer.toHandle().destroyForcibly();
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(60, SECONDS)).isTrue();
    assertThat(writer.exitValue()).as("killed by a signal").isEqualTo(128 + 9);
    assertThat(puts).isGreaterThanOrEqualTo(WRITES_BEFORE_THE_KILL);
  }

  private void expectAllTrees() throws Exception {
    AtomicInteger scans = new AtomicInteger();
    try (EventLoops loops = EventLoops.start(1, "test-lane", broken -> {});
        Storage storage = TreeWriter.open(directory)) {
      Lane lane = loops.lanes().getFirst();
      CompletableFuture<Replica> started = new CompletableFuture<>();
      lane.execute(
          () ->
              started.complete(
                  TreeWriter.start(storage, lane, boot, records -> counting(records, scans))));
      Replica replica = started.get(60, SECONDS);
      RecordStore records = storage.records(lane);
      long found = 0;
      for (int partition = 0; partition < TreeWriter.PARTITIONS; partition++) {
        HashTree read = new HashTree();
        RecordStore.Range all =
            new RecordStore.Range(
                partition, 1, new byte[0], new byte[0], RECORDS_MAX, Integer.MAX_VALUE);
        ScanAnswer page = new ScanAnswer();
        lane.execute(() -> records.scan(all, page));
        RecordStore.Page whole = page.get(60, SECONDS);
        assertThat(whole.complete()).isTrue();
        for (RecordStore.Entry entry : whole.entries()) {
          long keyHash = RecordHash.ofKey(entry.key());
          read.replace(keyHash, 0, RecordHash.of(keyHash, entry.record()));
        }
        found += whole.entries().size();
        HashTree kept =
            Objects.requireNonNull(replica.trees().tree(partition, Factor.of(1)), "not taken up");
        assertThat(kept.differingFrom(read).cardinality()).as("partition %d", partition).isZero();
      }
      assertThat(found).isGreaterThan(1_000);
      assertThat(scans).as("partitions read by the replica").hasValue(0);
    }
  }

  /** Counts pages that are read. */
  private static RecordStore counting(RecordStore real, AtomicInteger scans) {
    return (RecordStore)
        Proxy.newProxyInstance(
            RecordStore.class.getClassLoader(),
            new Class<?>[] {RecordStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("scan")) {
                scans.incrementAndGet();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }
}
