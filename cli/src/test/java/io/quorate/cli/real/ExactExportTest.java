package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.BackupCut;
import io.quorate.node.RealCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of {@code quorate export --exact} and {@code --as-of} are of one moment. */
class ExactExportTest {
  private static final int FIRST_PORT = 18_660;
  private static final String BANK = "bank";
  private static final int TELLERS = 4;
  private static final int ACCOUNTS = 12;
  private static final long COINS = 1_000_000;

  /** So that each moment has coins that are under way, and the processors are for the export. */
  private static final long UNDER_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

  private static final WriteOptions WRITE = WriteOptions.DEFAULT.tenant(BANK);

  @TempDir private Path directory;

  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicLong moved = new AtomicLong();

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(ExitCode.DONE);
    return ran;
  }

  private static QuorateClient client(RealCluster cluster) {
    return QuorateClient.builder()
        .endpoints(List.of(cluster.address(0), cluster.address(1)))
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  private static String account(int teller, int number) {
    return "account:%d:%d".formatted(teller, number);
  }

  private static void put(KeyValue accounts, String key, long coins) {
    var unused = accounts.put(key, Long.toString(coins), WRITE);
  }

  /** Moves a coin from one account to the next, again and again, in one session. */
  private Void teller(QuorateClient client, int number) {
    KeyValue accounts = client.session().keyValue();
    long[] coins = new long[ACCOUNTS];
    for (int i = 0; i < ACCOUNTS; i++) {
      coins[i] = COINS;
    }
    for (int from = 0; !closing.get(); from = (from + 1) % ACCOUNTS) {
      int to = (from + 1) % ACCOUNTS;
      put(accounts, account(number, from), --coins[from]);
      LockSupport.parkNanos(UNDER_WAY_NANOS);
      put(accounts, account(number, to), ++coins[to]);
      moved.incrementAndGet();
    }
    return null;
  }

  private Ran export(RealCluster cluster, Path file, String... more) {
    List<String> words =
        new ArrayList<>(List.of("export", "account:", file.toString(), "--tenant", BANK));
    words.addAll(List.of(more));
    return Operator.run(cluster, words.toArray(String[]::new));
  }

  /** Values by key, as JSON Lines have them. */
  private static Map<String, String> read(Path file) throws Exception {
    Map<String, String> values = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode node = new ObjectMapper().readTree(line);
      String before = values.put(node.path("key").asText(), node.path("value").asText());
      assertThat(before).as("each key comes once").isNull();
    }
    return values;
  }

  /** What has left one account and has not come to the next is one coin of each teller at most. */
  private static void assertTotalIsRight(Map<String, String> accounts) {
    assertThat(accounts).hasSize(TELLERS * ACCOUNTS);
    for (int teller = 0; teller < TELLERS; teller++) {
      long total = 0;
      for (int i = 0; i < ACCOUNTS; i++) {
        total += Long.parseLong(accounts.get(account(teller, i)));
      }
      assertThat(ACCOUNTS * COINS - total)
          .as("under way of %d: %s", teller, accounts)
          .isBetween(0L, 1L);
    }
  }

  /**
   * The export ended its cut at the node that leads; the one that is asked may have yet to hear of
   * it. Unused, a cut would end by itself after 90 s.
   */
  private static void awaitEnded(QuorateClient client) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> Administration.of(client).backups().cut(0).step() == BackupCut.Step.ENDED);
  }

  private static void fill(QuorateClient client) {
    KeyValue accounts = client.keyValue();
    put(accounts, "not an account", 7);
    for (int teller = 0; teller < TELLERS; teller++) {
      for (int i = 0; i < ACCOUNTS; i++) {
        put(accounts, account(teller, i), COINS);
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private void whileTellersWork(QuorateClient client, Work work) throws Exception {
    try (ExecutorService desks = Executors.newFixedThreadPool(TELLERS)) {
      List<Future<Void>> tellers = new ArrayList<>();
      for (int i = 0; i < TELLERS; i++) {
        int number = i;
        tellers.add(desks.submit(() -> teller(client, number)));
      }
      try {
        work.run();
      } finally {
        closing.set(true);
      }
      for (Future<Void> each : tellers) {
        each.get(1, TimeUnit.MINUTES);
      }
    }
  }

  @Test
  void theTotalIsRightInEach() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), FIRST_PORT, 3);
        QuorateClient client = client(cluster)) {
      done(Operator.run(cluster, "tenant", "create", BANK, "--history", "1h"));
      fill(client);
      TimeUnit.MILLISECONDS.sleep(5);
      Instant quiet = Instant.now();
      TimeUnit.MILLISECONDS.sleep(5);
      whileTellersWork(
          client,
          () -> {
            for (int i = 0; i < 4; i++) {
              Path file = directory.resolve("exact-" + i + ".jsonl");
              long before = moved.get();
              Ran ran = done(export(cluster, file, "--exact"));
              assertThat(moved.get()).as("coins moved meanwhile").isGreaterThan(before);
              assertThat(ran.out())
                  .startsWith("exported %d entries, exact as of 2".formatted(TELLERS * ACCOUNTS))
                  .contains(", to " + file);
              assertThat(ran.err()).contains("making the cut...");
              assertTotalIsRight(read(file));
              awaitEnded(client);
            }
            Path some = directory.resolve("moment.jsonl");
            Instant moment = Instant.now();
            done(export(cluster, some, "--as-of", moment.toString()));
            assertTotalIsRight(read(some));

            Path past = directory.resolve("past.jsonl");
            Ran ran = done(export(cluster, past, "--as-of", quiet.toString(), "--json"));
            assertThat(ran.json().path("as_of").asText())
                .isEqualTo(Instant.ofEpochMilli(quiet.toEpochMilli()).toString());
            assertThat(ran.json().path("entries").asInt()).isEqualTo(TELLERS * ACCOUNTS);
            assertThat(read(past).values())
                .hasSize(TELLERS * ACCOUNTS)
                .containsOnly(Long.toString(COINS));
          });
      assertSameFormat(cluster, client);
    }
  }

  /** A program that reads the one reads the other. */
  private void assertSameFormat(RealCluster cluster, QuorateClient client) throws Exception {
    var unused = client.keyValue().put("account:brief", "v", WRITE.ttl(Duration.ofHours(2)));
    for (String format : List.of("jsonl", "csv")) {
      Path plain = directory.resolve("plain." + format);
      Path exact = directory.resolve("exact." + format);
      done(export(cluster, plain));
      done(export(cluster, exact, "--exact", "--no-progress"));
      assertThat(Files.readAllLines(exact))
          .hasSizeGreaterThan(TELLERS * ACCOUNTS)
          .containsExactlyInAnyOrderElementsOf(Files.readAllLines(plain));
    }
  }

  @Test
  void whatHasNoMomentIsRefused() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory.resolve("nodes"), FIRST_PORT + 10, 1)) {
      done(Operator.run(cluster, "tenant", "create", BANK, "--model", "siblings"));
      Path file = directory.resolve("x.jsonl");
      Ran ran = export(cluster, file, "--exact");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(ran.err())
          .contains("nothing was exported: tenant 'bank' has model SIBLINGS")
          .contains("quorate backup create --to DIR --exact --tenant bank");
      Ran without = Operator.run(cluster, "export", file.toString(), "--as-of", "1s");
      assertThat(without.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(without.err())
          .contains("the export stopped: ", "tenant 'default' has no history, so it is not known")
          .contains("quorate tenant alter default --history 24h")
          .contains("leave out --as-of, or give --exact in its place")
          .doesNotContain("backup", "backed up", "--tenant");
      assertThat(file).doesNotExist();
      assertThat(directory.resolve("x.jsonl.part")).doesNotExist();
    }
  }
}
