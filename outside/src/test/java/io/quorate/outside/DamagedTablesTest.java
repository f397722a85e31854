package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.KeyValue;
import io.quorate.client.Outcome;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The disk of a node has lost a file of records, or returns other bytes than were written: the node
 * copies what it lost from the others.
 */
@Tag("campaign")
class DamagedTablesTest {
  private static final Duration HEALED_WITHIN = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int ENTRIES = 3_000;
  private static final Pattern STAYS_DAMAGED = Pattern.compile("partition \\d+ stays damaged");

  @Test
  void aMissingFileOfRecordsComesBackFromTheOthers() {
    healsAfter(Files::delete);
  }

  @Test
  void aDamagedFileOfRecordsComesBackFromTheOthers() {
    healsAfter(DamagedTablesTest::overwrite);
  }

  /** The table cannot even be opened: RocksDB reads its end first. */
  @Test
  void aFileOfRecordsWithADamagedEndComesBackFromTheOthers() {
    healsAfter(DamagedTablesTest::overwriteEnd);
  }

  /** What happens to a file while its node is down. */
  private interface Harm {
    void to(Path file) throws IOException;
  }

  private static void healsAfter(Harm harm) {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16").start();
        QuorateClient client = nodes.client()) {
      KeyValue store = client.keyValue();
      assertDone(store.putAll(entries(), WriteOptions.DEFAULT.timeout(PATIENCE)));
      Node hurt = nodes.node(1);
      // As the database is opened, what is in its log only is written to tables.
      hurt.stop();
      hurt.start();
      nodes.awaitReady();
      hurt.stop();
      harm(hurt, harm);

      hurt.start();
      Waiting.until(
          HEALED_WITHIN,
          () -> {
            assertAllAreRead(store);
            return hurt.isReady()
                && hurt.log().contains("is out of service on this node")
                && hurt.meter("quorate_damaged_partitions") == 0;
          },
          hurt::lastLines);
      assertThat(STAYS_DAMAGED.matcher(hurt.log()).results().map(MatchResult::group))
          .as("each partition that stays damaged is told once")
          .doesNotHaveDuplicates();
      Waiting.until(
          HEALED_WITHIN,
          () -> nodes.commandLine().quorate("repair", "--verify").code() == 0,
          () -> nodes.commandLine().quorate("repair", "--verify").toString());
      CommandLine.Result doctor = Doctor.examines(nodes.commandLine());
      assertThat(doctor.code()).as("%s", doctor).isLessThan(2);

      // With another node down, each majority needs the node that was damaged.
      nodes.node(0).kill();
      assertAllAreRead(store);
    }
  }

  private static void harm(Node node, Harm harm) {
    try (Stream<Path> files = Files.list(node.data().resolve("db"))) {
      Path largest =
          files
              .filter(file -> file.toString().endsWith(".sst"))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      assertThat(Files.size(largest)).as("of %s", largest).isGreaterThan(100_000);
      harm.to(largest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Other bytes in the middle, where records are. */
  private static void overwrite(Path file) throws IOException {
    overwrite(file, 8_192, Files.size(file) / 3);
  }

  private static void overwriteEnd(Path file) throws IOException {
    int footer = 53;
    overwrite(file, footer, Files.size(file) - footer);
  }

  private static void overwrite(Path file, int bytes, long position) throws IOException {
    byte[] noise = new byte[bytes];
    new Random(1).nextBytes(noise);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(noise), position);
    }
  }

  private static List<Entry> entries() {
    Random random = new Random(2);
    return IntStream.range(0, ENTRIES)
        .mapToObj(
            i -> {
              byte[] value = new byte[1_000];
              random.nextBytes(value);
              return Entry.of(key(i), value);
            })
        .toList();
  }

  private static byte[] key(int i) {
    return ("table:" + i).getBytes(StandardCharsets.UTF_8);
  }

  private static void assertAllAreRead(KeyValue store) {
    assertDone(
        store.getAll(
            IntStream.range(0, ENTRIES).mapToObj(DamagedTablesTest::key).toList(),
            ReadOptions.DEFAULT.timeout(PATIENCE)));
  }

  private static <T> void assertDone(List<Outcome<T>> outcomes) {
    assertThat(outcomes).allMatch(each -> each instanceof Outcome.Done);
  }
}
