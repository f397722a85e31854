package io.quorate.outside;

import static io.quorate.outside.Backups.done;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
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
  private static final int TELLERS = 6;
  private static final int COINS = 1_000_000;
  private static final WriteOptions WRITE = WriteOptions.DEFAULT.tenant(BANK);
  private static final ReadOptions READ = ReadOptions.DEFAULT.tenant(BANK);

  @RegisterExtension final Backups backups = new Backups();

  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicLong moved = new AtomicLong();

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
      moved.incrementAndGet();
    }
    return null;
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

  private CommandLine.Result backup(CommandLine operator, String name) {
    return backups.create(operator, name, "--exact", "--tenant", BANK);
  }

  private void assertRight(CommandLine operator, String name) {
    String restored = BANK + "-" + name;
    done(backups.restore(operator, name, "--tenant=" + BANK + "=" + restored));
    Map<String, Long> accounts =
        done(operator.quorate("scan", "--tenant", restored, "--limit", "1000"))
            .outText()
            .lines()
            .map(line -> line.split("\t"))
            .collect(Collectors.toMap(each -> each[0], each -> Long.parseLong(each[1])));
    for (int teller = 0; teller < TELLERS; teller++) {
      long from = accounts.getOrDefault(account("from", teller), (long) COINS);
      long to = accounts.getOrDefault(account("to", teller), 0L);
      assertThat(COINS - from - to).as("under way of %d: %s", teller, accounts).isBetween(0L, 1L);
      int before = (teller + TELLERS - 1) % TELLERS;
      assertThat(accounts.getOrDefault(account("heard", teller), 0L))
          .as("%d of %d: %s", teller, before, accounts)
          .isLessThanOrEqualTo(accounts.getOrDefault(account("to", before), 0L));
    }
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
            long before = moved.get();
            CommandLine.Result made = done(backup(operator, name));
            assertThat(moved.get()).as("coins moved meanwhile").isGreaterThan(before);
            assertThat(made.toString()).contains("exact as of");
            assertRight(operator, name);
          }
          assertThat(backups.list(operator)).contains("exact");
        });
  }

  /** The images of a node die with it, and those of the others are enough. */
  @Test
  void theTotalIsRightThoughANodeIsKilled() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        ExecutorService beside = Executors.newSingleThreadExecutor()) {
      whileTellersWork(
          nodes,
          operator -> {
            for (int killed = 0; killed < 3; killed++) {
              String name = "without-" + killed;
              CompletableFuture<CommandLine.Result> made =
                  CompletableFuture.supplyAsync(() -> backup(operator, name), beside);
              Waiting.pass(Duration.ofMillis(1_500 + 700L * killed));
              nodes.node(killed).kill();
              done(made.get(3, TimeUnit.MINUTES));
              nodes.node(killed).start();
              nodes.awaitReady();
              assertRight(operator, name);
            }
          });
    }
  }
}
