package io.quorate.outside;

import static io.quorate.outside.Backups.awaitRecords;
import static io.quorate.outside.Backups.done;
import static io.quorate.outside.Backups.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOptions;
import io.quorate.client.Session;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tellers move money between accounts, one coin at a time and each in a session, and look at what
 * the teller before them has moved, while backups of one moment are made. What is restored from any
 * of them has no coin too many, and at most one of each teller under way. With {@code
 * -Dquorate.brief=true} of one backup.
 */
class ExactBackupTest {
  private static final String BANK = "exact-bank";

  /** So much at a rate that a backup of both is still under way when a node is killed. */
  private static final String MORE = "exact-more";

  private static final int MORE_KEYS = 3_000;
  private static final int TELLERS = 6;
  private static final int COINS = 1_000_000;
  private static final Duration FIRST_COINS_WITHIN = Duration.ofMinutes(1);
  private static final WriteOptions WRITE = WriteOptions.DEFAULT.tenant(BANK);
  private static final ReadOptions READ = ReadOptions.DEFAULT.tenant(BANK);

  @RegisterExtension final Backups backups = new Backups();

  private final AtomicBoolean closing = new AtomicBoolean();

  /** Coins that each teller has moved, as acknowledged. */
  private final AtomicLongArray moved = new AtomicLongArray(TELLERS);

  /** One of the two accounts of a teller. */
  private static String account(String kind, int teller) {
    return kind + "-" + teller;
  }

  private Void teller(QuorateClient client, int number) {
    Session session = client.session();
    KeyValue accounts = session.keyValue();
    int before = (number + TELLERS - 1) % TELLERS;
    for (int coins = 1; !closing.get(); coins++) {
      put(accounts, account("from", number), COINS - coins);
      put(accounts, account("to", number), coins);
      put(accounts, account("heard", number), heard(accounts, account("to", before)));
      moved.set(number, coins);
    }
    return null;
  }

  private List<Long> movedNow() {
    return IntStream.range(0, TELLERS).mapToObj(moved::get).toList();
  }

  /** Tries again whatever happens: the same value a second time changes nothing. */
  private static void put(KeyValue accounts, String key, long value) {
    for (; ; ) {
      try {
        var unused = accounts.put(key, Long.toString(value), WRITE);
        return;
      } catch (UnavailableException again) {
        Waiting.pass(Duration.ofMillis(20));
      }
    }
  }

  private static long heard(KeyValue accounts, String key) {
    for (; ; ) {
      try {
        var read = accounts.get(key, READ);
        return read.found() ? Long.parseLong(read.text()) : 0;
      } catch (UnavailableException again) {
        Waiting.pass(Duration.ofMillis(20));
      }
    }
  }

  private CommandLine.Result backup(CommandLine operator, String name, String... options) {
    return backups.create(
        operator,
        name,
        Stream.concat(Stream.of("--exact", "--tenant", BANK), Stream.of(options))
            .toArray(String[]::new));
  }

  private static void fill(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      var unused = Administration.of(client).cluster().createTenant(MORE, TenantSettings.DEFAULT);
      client
          .keyValue()
          .putAll(
              IntStream.range(0, MORE_KEYS)
                  .mapToObj(i -> Entry.of("k" + i, "value of %d ".formatted(i).repeat(40)))
                  .toList(),
              WriteOptions.DEFAULT.tenant(MORE))
          .forEach(outcome -> outcome.get());
    }
  }

  /**
   * @param before what had been moved before the backup began
   */
  private void assertRight(CommandLine operator, String name, List<Long> before) {
    String restored = BANK + "-" + name;
    done(backups.restore(operator, name, "--tenant=" + BANK + "=" + restored));
    Map<String, Long> accounts =
        done(operator.quorate("scan", "--tenant", restored, "--limit", "1000"))
            .outText()
            .lines()
            .map(line -> line.split("\t"))
            .collect(Collectors.toMap(each -> each[0], each -> Long.parseLong(each[1])));
    assertThat(accounts.keySet()).containsExactlyInAnyOrderElementsOf(allAccounts());
    for (int teller = 0; teller < TELLERS; teller++) {
      long from = coins(accounts, "from", teller);
      long to = coins(accounts, "to", teller);
      assertThat(to)
          .as("acknowledged of %d before the backup: %s", teller, accounts)
          .isGreaterThanOrEqualTo(before.get(teller));
      assertThat(COINS - from - to).as("under way of %d: %s", teller, accounts).isBetween(0L, 1L);
      int other = (teller + TELLERS - 1) % TELLERS;
      assertThat(coins(accounts, "heard", teller))
          .as("%d of %d: %s", teller, other, accounts)
          .isLessThanOrEqualTo(coins(accounts, "to", other));
    }
  }

  private static long coins(Map<String, Long> accounts, String kind, int teller) {
    return Objects.requireNonNull(accounts.get(account(kind, teller)));
  }

  private static List<String> allAccounts() {
    return Stream.of("from", "to", "heard")
        .flatMap(kind -> IntStream.range(0, TELLERS).mapToObj(teller -> account(kind, teller)))
        .toList();
  }

  private interface Work {
    void run(CommandLine operator) throws Exception;
  }

  private void whileTellersWork(Nodes nodes, Work work) throws Exception {
    try (QuorateClient client = nodes.client();
        ExecutorService desks = Executors.newFixedThreadPool(TELLERS)) {
      var unused = Administration.of(client).cluster().createTenant(BANK, TenantSettings.DEFAULT);
      List<Future<Void>> tellers = new ArrayList<>();
      for (int i = 0; i < TELLERS; i++) {
        int number = i;
        tellers.add(desks.submit(() -> teller(client, number)));
      }
      try {
        Waiting.until(
            FIRST_COINS_WITHIN,
            () -> movedNow().stream().allMatch(coins -> coins > 0),
            () -> "moved only " + movedNow());
        work.run(nodes.commandLine());
      } finally {
        closing.set(true);
      }
      for (Future<Void> each : tellers) {
        each.get(1, TimeUnit.MINUTES);
      }
    }
  }

  @Test
  @ExtendWith(SharedNodes.class)
  void theTotalIsRightInEachBackup(Nodes nodes) throws Exception {
    whileTellersWork(
        nodes,
        operator -> {
          for (String name :
              Disturbance.BRIEF ? List.of("first") : List.of("first", "second", "third")) {
            List<Long> before = movedNow();
            CommandLine.Result made = done(backup(operator, name));
            assertThat(movedNow()).as("coins moved meanwhile").isNotEqualTo(before);
            assertThat(made.toString()).contains("exact as of");
            assertRight(operator, name, before);
          }
          assertThat(backups.list(operator)).contains("exact");
        });
  }

  /** The images of a node die with it, and those of the others are enough. */
  @Test
  void theTotalIsRightThoughANodeIsKilled() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        ExecutorService beside = Executors.newSingleThreadExecutor()) {
      fill(nodes);
      whileTellersWork(
          nodes,
          operator -> {
            for (int killed = 0; killed < 3; killed++) {
              String name = "without-" + killed;
              List<Long> before = movedNow();
              double read = records(nodes.all(), "read");
              CompletableFuture<CommandLine.Result> made =
                  CompletableFuture.supplyAsync(
                      () -> backup(operator, name, "--tenant", MORE, "--max-rate", "300KiB"),
                      beside);
              awaitRecords(nodes.all(), "read", read + 1);
              nodes.node(killed).kill();
              assertThat(made.isDone()).as("it was over before a node died").isFalse();
              done(made.get(3, TimeUnit.MINUTES));
              nodes.node(killed).start();
              nodes.awaitReady();
              assertRight(operator, name, before);
            }
          });
    }
  }
}
