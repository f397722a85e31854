package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Entry;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator makes a backup, and backups of what has changed since, and restores each of them. */
class IncrementalBackupTest {
  private static final int KEYS = 4_000;

  private Path backups;

  @BeforeEach
  void directory() throws IOException {
    backups = Files.createTempDirectory("backups");
  }

  @AfterEach
  void clear() throws IOException {
    try (Stream<Path> files = Files.walk(backups)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String done(CommandLine.Result result) {
    assertThat(result.code()).as(result.toString()).isZero();
    return result.outText();
  }

  private static void put(QuorateClient client, String tenant, String what, int step) {
    client
        .keyValue()
        .putAll(
            IntStream.range(0, KEYS)
                .filter(i -> i % step == 0)
                .mapToObj(i -> Entry.of("order:" + i, (what + " of %d ".formatted(i)).repeat(8)))
                .toList(),
            WriteOptions.DEFAULT.tenant(tenant))
        .forEach(outcome -> outcome.get());
  }

  private String create(CommandLine operator, String name, String... more) {
    List<String> words =
        new ArrayList<>(List.of("backup", "create", "--to", backups.toString(), "--name", name));
    words.addAll(List.of(more));
    return done(operator.quorate(words.toArray(String[]::new)));
  }

  /** What readers find, but for versions. */
  private static String contents(CommandLine operator, String tenant) {
    String text = done(operator.quorate("scan", "--tenant", tenant, "--limit", "100000")).outText();
    return String.join("\n", text.lines().sorted().toList());
  }

  private String restored(CommandLine operator, String name) {
    String as = "orders-" + name;
    done(
        operator.quorate(
            "restore", "--from", backups.resolve(name).toString(), "--tenant=orders=" + as));
    return contents(operator, as);
  }

  private long fileBytes(String name) throws IOException {
    try (Stream<Path> files = Files.list(backups.resolve(name))) {
      return files
          .filter(each -> each.getFileName().toString().endsWith(".qb"))
          .mapToLong(each -> each.toFile().length())
          .sum();
    }
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
      String monday = contents(operator, "orders");

      put(client, "orders", "second", 100);
      done(operator.quorate("delete", "order:7", "--tenant", "orders"));
      assertThat(create(operator, "tuesday", "--incremental")).contains("based on monday");
      String tuesday = contents(operator, "orders");
      assertThat(fileBytes("tuesday")).isLessThan(fileBytes("monday") / 4);

      CommandLine.Result killed =
          operator.shell(
              "timeout -s KILL 3 quorate backup create --to %s --name wednesday --base tuesday --max-rate 5KiB"
                  .formatted(backups));
      assertThat(killed.code()).as(killed.toString()).isEqualTo(128 + 9);
      create(operator, "wednesday", "--base", "tuesday");
      done(operator.quorate("backup", "verify", backups.resolve("wednesday").toString()));

      done(operator.quorate("tenant", "truncate", "orders", "--yes"));
      put(client, "orders", "first", 2);
      create(operator, "thursday", "--base", "wednesday");
      String thursday = contents(operator, "orders");

      assertThat(restored(operator, "monday")).isEqualTo(monday);
      assertThat(restored(operator, "wednesday")).isEqualTo(tuesday).isNotEqualTo(monday);
      assertThat(restored(operator, "thursday")).isEqualTo(thursday);

      CommandLine.Result refused =
          operator.quorate("backup", "delete", backups.resolve("tuesday").toString(), "--yes");
      assertThat(refused.code()).as(refused.toString()).isNotZero();
      assertThat(refused.errText()).contains("thursday, wednesday are based on");
      done(
          operator.quorate(
              "backup",
              "delete",
              backups.resolve("tuesday").toString(),
              "--with-dependents",
              "--yes"));
      assertThat(done(operator.quorate("backup", "list", backups.toString())))
          .contains("monday")
          .doesNotContain("tuesday", "wednesday");
    }
  }
}
