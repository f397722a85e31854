package io.quorate.outside;

import static io.quorate.outside.Backups.awaitRecords;
import static io.quorate.outside.Backups.done;
import static io.quorate.outside.Backups.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Codec;
import io.quorate.client.Entry;
import io.quorate.client.MapUpdate;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An operator backs tenants up by commands and restores them, while nodes and commands are killed.
 */
@ExtendWith(DisturbedNodes.class)
class BackupTest {
  private static final int KEYS = 3_000;

  /** Of the keys, how many a command reads or stores before a node dies, and while it is dead. */
  private static final int SOME = 500;

  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final List<String> TENANTS =
      List.of("backup-carts", "backup-hits", "backup-orders", "backup-profiles");

  @RegisterExtension final Backups backups = new Backups();

  private static void create(QuorateClient client, String tenant, Model model) {
    var unused =
        Administration.of(client)
            .cluster()
            .createTenant(tenant, TenantSettings.DEFAULT.model(model));
  }

  private static void fill(QuorateClient client) {
    create(client, "backup-orders", Model.LAST_WRITE_WINS);
    client
        .keyValue()
        .putAll(
            IntStream.range(0, KEYS)
                .mapToObj(i -> Entry.of("k" + i, "value of %d ".formatted(i).repeat(20)))
                .toList(),
            WriteOptions.DEFAULT.tenant("backup-orders"))
        .forEach(outcome -> outcome.get());
    create(client, "backup-carts", Model.SIBLINGS);
    create(client, "backup-hits", Model.COUNTERS);
    create(client, "backup-profiles", Model.MAPS);
    var carts = client.siblings("backup-carts", Codec.utf8(), Codec.utf8());
    for (int i = 0; i < 20; i++) {
      var unused = carts.put("cart " + i, "one");
      unused = carts.put("cart " + i, "two");
      var unusedToo = client.counters("backup-hits").increment("page " + i, i);
      unusedToo =
          client
              .maps("backup-profiles")
              .update("user " + i, MapUpdate.EMPTY.assign("name", "n" + i).add("tags", "a", "b"));
    }
  }

  /** What readers find in each tenant, but for versions. */
  private static List<String> contents(CommandLine operator, String prefix) {
    String[] found = new String[TENANTS.size()];
    SideBySide.run(
        IntStream.range(0, found.length)
            .<SideBySide.Work>mapToObj(
                i -> () -> found[i] = contentsOf(operator, prefix + TENANTS.get(i)))
            .toArray(SideBySide.Work[]::new));
    return List.of(found);
  }

  private static String contentsOf(CommandLine operator, String tenant) {
    String text = done(operator.quorate("scan", "--tenant", tenant, "--limit", "100000")).outText();
    return String.join("\n", text.lines().sorted().toList());
  }

  /**
   * @param tenants options that say of which tenants; without, it is a backup of all
   */
  private CommandLine.Result backup(CommandLine operator, String name, String... tenants) {
    return backups.create(
        operator,
        name,
        Stream.concat(Stream.of("--max-rate", "300KiB"), Stream.of(tenants))
            .toArray(String[]::new));
  }

  private CommandLine.Result restore(CommandLine operator, String name) {
    return backups.restore(
        operator,
        name,
        Stream.concat(
                Stream.of("--max-rate", "300KiB"),
                TENANTS.stream().map(each -> "--tenant=" + each + "=again-" + each))
            .toArray(String[]::new));
  }

  /**
   * Kills a node with the command at work, and starts it again when the command has gone on without
   * it.
   */
  private static CommandLine.Result disturbed(Nodes nodes, Node node, String step, Running command)
      throws Exception {
    List<Node> others = nodes.all().stream().filter(each -> each != node).toList();
    double before = records(nodes.all(), step);
    try (var beside = Executors.newSingleThreadExecutor()) {
      CompletableFuture<CommandLine.Result> result =
          CompletableFuture.supplyAsync(command::run, beside);
      awaitRecords(nodes.all(), step, before + SOME);
      node.kill();
      double atTheKill = records(others, step);
      assertThat(result.isDone()).as("it was over before a node died").isFalse();
      awaitRecords(others, step, atTheKill + SOME);
      node.start();
      CommandLine.Result ended = result.get(2, TimeUnit.MINUTES);
      nodes.awaitReady();
      return ended;
    }
  }

  private interface Running {
    CommandLine.Result run();
  }

  @Test
  void allComesBackThoughANodeIsKilledAtEachStep(Nodes nodes) throws Exception {
    String[] ofTenants = TENANTS.stream().map("--tenant="::concat).toArray(String[]::new);
    try (QuorateClient client = nodes.client()) {
      CommandLine operator = nodes.commandLine();
      fill(client);
      List<String> before = contents(operator, "");

      done(disturbed(nodes, nodes.node(1), "read", () -> backup(operator, "first", ofTenants)));
      done(backups.verify(operator, "first"));
      done(disturbed(nodes, nodes.node(2), "stored", () -> restore(operator, "first")));

      assertThat(contents(operator, "again-")).isEqualTo(before);
    }
  }

  /** What a killed command leaves is no backup, and the next run of it goes on. */
  @Test
  void aBackupThatWasKilledIsNoneUntilItIsRunAgain() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      CommandLine operator = nodes.commandLine();
      fill(client);
      double before = records(nodes.all(), "read");
      try (CommandLine.Running killed =
          operator.begin(backups.creating("second", "--max-rate", "100KiB"))) {
        awaitRecords(nodes.all(), "read", before + SOME);
        killed.kill();
        CommandLine.Result ended = killed.await(WITHIN);
        assertThat(ended.code()).as(ended.toString()).isEqualTo(128 + 9);
      }
      assertThat(backups.list(operator)).contains("unfinished");
      assertThat(restore(operator, "second").code()).isNotZero();

      done(backup(operator, "second"));
      assertThat(backups.list(operator)).contains("complete");
      CommandLine.Result over = backup(operator, "second");
      assertThat(over.code()).as(over.toString()).isNotZero();

      damageOneFile();
      CommandLine.Result damaged = backups.verify(operator, "second");
      assertThat(damaged.code()).as(damaged.toString()).isNotZero();
      assertThat(damaged.toString()).contains("data-");
      assertThat(restore(operator, "second").code()).isNotZero();
      CommandLine.Result closed = operator.quorate("get", "--tenant", "again-backup-orders", "k1");
      assertThat(closed.code()).as(closed.toString()).isNotZero();
    }
  }

  /** Root may write everywhere, unless it gives that up. */
  @Test
  void aPlaceWhereTheUserMayNotWriteIsSaid() throws Exception {
    try (Nodes nodes = Nodes.threeOnLoopback().start()) {
      CommandLine operator = nodes.commandLine();
      String create = "quorate backup create --to %s --name denied".formatted(backups.directory());
      mayBeWritten("r-xr-xr-x");
      CommandLine.Result denied =
          operator.shell(
              Files.isWritable(backups.directory())
                  ? "exec setpriv --bounding-set=-dac_override --inh-caps=-dac_override " + create
                  : create);
      mayBeWritten("rwx------");

      assertThat(denied.code()).as(denied.toString()).isEqualTo(4);
      assertThat(denied.errText())
          .contains(
              "the backup stopped: %s: permission denied; give a place where this user may write, or the right to"
                  .formatted(backups.of("denied")));
      done(operator.shell(create));
      done(backups.verify(operator, "denied"));
    }
  }

  private void mayBeWritten(String permissions) throws IOException {
    Files.setPosixFilePermissions(
        backups.directory(), PosixFilePermissions.fromString(permissions));
  }

  private void damageOneFile() throws IOException {
    try (Stream<Path> files = Files.list(backups.of("second"))) {
      Path largest =
          files
              .filter(each -> each.getFileName().toString().startsWith("data-"))
              .max(Comparator.comparingLong(each -> each.toFile().length()))
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(largest);
      bytes[bytes.length / 2] ^= 1;
      Files.write(largest, bytes);
    }
  }
}
