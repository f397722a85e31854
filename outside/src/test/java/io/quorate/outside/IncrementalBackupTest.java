package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An operator makes a backup, and backups of what has changed since, and restores each of them. */
class IncrementalBackupTest {
  private static final int KEYS = 2_000;
  private static final int VALUE_BYTES = 150;
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(1);

  @RegisterExtension final Backups backups = new Backups();

  private static String done(CommandLine.Result result) {
    return Backups.done(result).outText();
  }

  /** Something that cannot be compressed much, as most contents of a store. */
  private static String value(String what, int number) {
    byte[] random = new byte[VALUE_BYTES];
    new Random(number).nextBytes(random);
    return what + " of " + number + " " + Base64.getEncoder().encodeToString(random);
  }

  private static void put(QuorateClient client, String tenant, String what, int step) {
    client
        .keyValue()
        .putAll(
            IntStream.range(0, KEYS)
                .filter(i -> i % step == 0)
                .mapToObj(i -> Entry.of("order:" + i, value(what, i)))
                .toList(),
            WriteOptions.DEFAULT.tenant(tenant))
        .forEach(outcome -> outcome.get());
  }

  private String create(CommandLine operator, String name, String... more) {
    return done(backups.create(operator, name, more));
  }

  private String restored(QuorateClient client, CommandLine operator, String name) {
    String as = "orders-" + name;
    done(backups.restore(operator, name, "--tenant=orders=" + as));
    return contents(client, as);
  }

  private static String contents(QuorateClient client, String tenant) {
    return Backups.contents(client, tenant).toString();
  }

  private long fileBytes(String name) throws IOException {
    try (Stream<Path> files = Files.list(backups.of(name))) {
      return files
          .filter(each -> each.getFileName().toString().endsWith(".qb"))
          .mapToLong(each -> each.toFile().length())
          .sum();
    }
  }

  /** Kills the command that makes a backup when a file of the backup is there. */
  private void killOnceItReads(CommandLine operator, String name, String[] command) {
    try (CommandLine.Running creating = operator.begin(command)) {
      Waiting.until(
          BEGINS_WITHIN,
          () -> {
            String[] files = backups.of(name).toFile().list();
            return files != null && Stream.of(files).anyMatch(file -> file.startsWith("data-"));
          },
          () -> "no data of the backup is there");
      creating.kill();
      CommandLine.Result killed = creating.await(BEGINS_WITHIN);
      assertThat(killed.code()).as(killed.toString()).isEqualTo(128 + 9);
    }
    assertThat(backups.list(operator)).contains("unfinished");
  }

  @Test
  void eachOfAChainIsRestoredAsItWas() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      CommandLine operator = nodes.commandLine();
      done(operator.quorate("tenant", "create", "orders"));
      put(client, "orders", "first", 1);
      // What was written up to a few seconds before the base is sent in full.
      Waiting.pass(Duration.ofSeconds(6));
      create(operator, "monday", "--incremental");
      String monday = contents(client, "orders");

      put(client, "orders", "second", 100);
      done(operator.quorate("delete", "order:7", "--tenant", "orders"));
      assertThat(create(operator, "tuesday", "--incremental")).contains("based on monday");
      String tuesday = contents(client, "orders");
      assertThat(fileBytes("tuesday")).isLessThan(fileBytes("monday") / 4);

      killOnceItReads(
          operator,
          "wednesday",
          backups.creating("wednesday", "--base", "tuesday", "--max-rate", "1KiB"));
      create(operator, "wednesday", "--base", "tuesday");
      done(backups.verify(operator, "wednesday"));

      done(operator.quorate("tenant", "truncate", "orders", "--yes"));
      put(client, "orders", "first", 2);
      create(operator, "thursday", "--base", "wednesday");
      String thursday = contents(client, "orders");

      assertThat(restored(client, operator, "monday")).isEqualTo(monday);
      assertThat(restored(client, operator, "wednesday")).isEqualTo(tuesday).isNotEqualTo(monday);
      assertThat(restored(client, operator, "thursday")).isEqualTo(thursday);

      CommandLine.Result refused =
          operator.quorate("backup", "delete", backups.of("tuesday").toString(), "--yes");
      assertThat(refused.code()).as(refused.toString()).isNotZero();
      assertThat(refused.errText()).contains("thursday, wednesday are based on");
      done(
          operator.quorate(
              "backup", "delete", backups.of("tuesday").toString(), "--with-dependents", "--yes"));
      assertThat(backups.list(operator)).contains("monday").doesNotContain("tuesday", "wednesday");
    }
  }
}
