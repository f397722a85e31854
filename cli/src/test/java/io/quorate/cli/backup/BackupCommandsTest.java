package io.quorate.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.backup.file.CheckedJson;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.inventory.Deletion;
import io.quorate.cli.backup.run.ClusterCalls;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.run.RunLimits;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.DirectoryStore;
import io.quorate.cli.backup.store.FailingStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.output.Console;
import io.quorate.client.FailureInfo;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as they are typed, on a cluster in memory. */
class BackupCommandsTest {
  @TempDir private Path directory;

  /** Only so that there is something to connect to. */
  private final FakeCluster nodes = new FakeCluster();

  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default").tenant("orders");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    nodes.close();
  }

  private ClusterCalls opened(QuorateClient client) {
    assertThat(client).isNotNull();
    return cluster;
  }

  private int run(String... words) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false);
    CommandLine backup =
        new CommandLine(new BackupCommand())
            .addSubcommand(new CreateCommand(console, this::opened))
            .addSubcommand(new ListCommand(console))
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(new DeleteBackupCommand(console))
            .addSubcommand(new EndCutCommand(console, this::opened))
            .addSubcommand(new GiveUpRestoreCommand(console, this::opened))
            .addSubcommand(new RestoreCommand(console, this::opened));
    List<String> all = new ArrayList<>(List.of(words));
    if (List.of("create", "restore", "end-cut", "give-up-restore").contains(words[0])) {
      all.addAll(List.of("--endpoints", nodes.endpoint()));
    }
    return backup
        .setParameterExceptionHandler(
            (failure, given) -> {
              console.err().println(failure.getMessage());
              return 2;
            })
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              console.err().println(failure.getMessage());
              return -1;
            })
        .execute(all.toArray(String[]::new));
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(out.toString(UTF_8));
  }

  private String text() {
    return out.toString(UTF_8) + err.toString(UTF_8);
  }

  @Test
  void aBackupOfALaterReleaseIsListedWithItsFormat() throws Exception {
    Path later = Files.createDirectory(directory.resolve("later"));
    Files.writeString(
        later.resolve("manifest.json"), "{\"format\": 9, \"sha256\": \"\", \"content\": []}");
    assertThat(run("list", directory.toString())).isZero();
    assertThat(text()).contains("of a later release: format 9").doesNotContain("damaged");
    assertThat(run("list", directory.toString(), "--json")).isZero();
    JsonNode listed = json().path("backups").path(0);
    assertThat(listed.path("state").asText()).isEqualTo("later_format");
    assertThat(listed.path("format").asInt()).isEqualTo(9);
    assertThat(run("verify", later.toString())).isEqualTo(-1);
    assertThat(text()).contains("use the release that wrote it, or a later one");
  }

  /** A restore of it fails. */
  @Test
  void whatIsBasedOnABackupThatLacksFilesIsNotListedAsComplete() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    cluster.pass(60_000);
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b0")).as(text()).isZero();
    for (int i = 1; i <= 2; i++) {
      cluster.pass(60_000);
      cluster.put("orders", new byte[] {1, 2, 3}, new byte[] {(byte) i});
      assertThat(run("create", "--to", to, "--name", "b" + i, "--base", "b" + (i - 1)))
          .as(text())
          .isZero();
    }
    assertThat(states(to)).containsExactly("complete", "complete", "complete");
    Path b0 = directory.resolve("b0");
    Files.delete(b0.resolve(Manifest.read(Runs.at(b0)).files().getFirst().name()));
    assertThat(states(to)).containsExactly("lacks_files", "lacks_base", "lacks_base");
    assertThat(run("list", to)).isZero();
    assertThat(text()).contains("lacks files", "lacks base").doesNotContain("complete");
  }

  private List<String> states(String place) throws Exception {
    assertThat(run("list", place, "--json")).as(text()).isZero();
    return json().path("backups").findValuesAsText("state");
  }

  /** Clients of a node that has not heard of it cannot use the tenant yet. */
  @Test
  void restoreTellsWhichNodesDoNotKnowOfTheTenantYet() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String from = directory.resolve("b1").toString();
    assertThat(run("create", "--to", directory.toString(), "--name", "b1")).as(text()).isZero();
    String warning = "node b does not know of it";
    cluster.warnings.add(warning);
    assertThat(run("restore", "--from", from, "--tenant", "orders=copy")).as(text()).isZero();
    assertThat(err.toString(UTF_8)).containsOnlyOnce("warning: " + warning);
    assertThat(run("restore", "--from", from, "--tenant", "orders=more", "--json")).isZero();
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(json().path("warnings")).hasSize(1);
    assertThat(json().path("warnings").path(0).asText()).isEqualTo(warning);
  }

  /** As of a variable of a script that is not set. */
  @Test
  void aBlankTenantIsRefused() {
    String to = directory.toString();
    String name = directory.resolve("b1").toString();
    assertThat(run("create", "--to", to, "--name", "b1", "--tenant", "orders")).isZero();
    for (String blank : List.of("", " ")) {
      assertThat(run("create", "--to", to, "--tenant", "orders", "--tenant", blank)).isEqualTo(2);
      assertThat(text()).startsWith("--tenant is blank: give the name of a tenant");
      assertThat(run("restore", "--from", name, "--tenant", blank)).isEqualTo(2);
      assertThat(text()).startsWith("--tenant is blank: give the name of a tenant");
    }
  }

  @Test
  void tenantsToFilesAndBack() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String to = directory.toString();
    String name = directory.resolve("b1").toString();
    assertThat(run("create", "--to", to, "--name", "b1", "--tenant", "orders", "--json"))
        .as(text())
        .isZero();
    assertThat(json().path("keys").asInt()).isEqualTo(cluster.contents("orders").size());
    assertThat(json().path("tenants").get(0).path("name").asText()).isEqualTo("orders");
    assertThat(run("verify", name)).isZero();
    assertThat(text()).contains("b1 is whole: 1 tenant");
    assertThat(run("restore", "--from", name, "--tenant", "orders=copy")).as(text()).isZero();
    assertThat(text()).contains("restored 1 tenant").contains("copy");
    assertThat(cluster.contents("copy")).isEqualTo(cluster.contents("orders"));
    assertThat(run("restore", "--from", name, "--all", "--tenant", "orders=more", "--json"))
        .isZero();
    assertThat(json().path("tenants").get(0).path("restored_as").asText()).isEqualTo("more");
    assertThat(
            run("restore", "--from", name, "--tenant", "orders=one", "--replication-factor", "1"))
        .isZero();
    assertThat(cluster.tenants())
        .filteredOn(each -> each.name().equals("one"))
        .allMatch(each -> each.replicationFactor() == 1);
  }

  /** They can be copied: what the command was given, and what is of one backup is not repeated. */
  @Test
  void commandsForTenantsThatCannotBeInABackupOfThePastHaveItsOptions() {
    cluster.tenant(
        "carts",
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT.model(Model.SIBLINGS).retries(Retries.REPEAT));
    assertThat(
            run(
                "create",
                "--to=" + directory,
                "--as-of",
                "2026-11-27T22:10:00Z",
                "--name",
                "b1",
                "--parallel=2",
                "--no-progress",
                "--s3-path-style=false",
                "--s3-endpoint",
                "http://[::1]:9000",
                "--take-over"))
        .isEqualTo(-1);
    String options =
        " --parallel 2 --no-progress --s3-path-style=false --s3-endpoint 'http://[::1]:9000'"
            + " --endpoints "
            + nodes.endpoint();
    assertThat(text().strip().lines().skip(1))
        .containsExactly(
            "  quorate backup create --to %s --as-of 2026-11-27T22:10:00Z --tenant default --tenant orders%s"
                .formatted(directory, options),
            "  quorate backup create --to %s --exact --tenant carts%s"
                .formatted(directory, options));
  }

  private static final String AS_OF = "2027-01-15T08:00:00.123Z";

  @Test
  void exactBackupsSayWhichTenantsAreInThemKeyByKey() throws Exception {
    cluster.tenant(
        "carts",
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT.model(Model.SIBLINGS).retries(Retries.REPEAT));
    String to = directory.toString();
    String some = "exact as of " + AS_OF + ", 1 of 3 tenants key by key";
    assertThat(run("create", "--to", to, "--name", "b1", "--exact")).as(text()).isZero();
    assertThat(out.toString(UTF_8)).contains(some);
    assertThat(err.toString(UTF_8))
        .contains(
            "the keys of 'carts' (SIBLINGS) are not of one moment: each has what was acknowledged"
                + " at QUORUM before the cut was begun, and nothing begun after it was made");
    assertThat(run("create", "--to", to, "--name", "b2", "--exact", "--tenant", "carts")).isZero();
    assertThat(text()).contains("exact as of " + AS_OF + ", key by key, in ");
    assertThat(run("create", "--to", to, "--name", "b3", "--exact", "--tenant", "orders", "--json"))
        .isZero();
    assertThat(json().path("key_by_key").isEmpty()).isTrue();
    assertThat(json().path("tenants").get(0).path("one_moment").asBoolean()).isTrue();
    assertThat(run("create", "--to", to, "--name", "b4")).isZero();
    assertThat(text()).contains("fuzzy").doesNotContain("key by key", "across");
    assertThat(run("create", "--to", to, "--name", "b5", "--exact", "--json")).isZero();
    assertThat(json().path("key_by_key")).hasToString("[\"carts\"]");
    assertThat(json().path("tenants").findValuesAsText("name"))
        .containsExactly("carts", "default", "orders");
    assertThat(json().path("tenants").findValuesAsText("one_moment"))
        .containsExactly("false", "true", "true");
    assertThat(run("create", "--to", to, "--name", "b6", "--json")).isZero();
    assertThat(json().has("key_by_key")).as("a fuzzy one is of no moment").isFalse();
    assertThat(json().path("tenants").findValues("one_moment")).isEmpty();

    assertThat(run("list", to)).isZero();
    assertThat(text())
        .contains(some, "exact as of " + AS_OF + ", key by key", "exact as of " + AS_OF + " ");
    String name = directory.resolve("b1").toString();
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").get(0).path("key_by_key").get(0).asText()).isEqualTo("carts");
    assertThat(run("verify", name)).isZero();
    assertThat(text()).contains(some);
    assertThat(run("verify", name, "--json")).isZero();
    assertThat(json().path("key_by_key").get(0).asText()).isEqualTo("carts");
  }

  /** Of a backup in which some tenants are key by key: what is said is of those restored. */
  @Test
  void restoresSayOfWhatTheyRestoredWhichIsKeyByKey() throws Exception {
    cluster.tenant(
        "carts",
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT.model(Model.SIBLINGS).retries(Retries.REPEAT));
    String name = directory.resolve("b1").toString();
    assertThat(run("create", "--to", directory.toString(), "--name", "b1", "--exact")).isZero();
    String one = "restored 1 tenant, 0 keys, 0 B of keys and contents, exact as of " + AS_OF;
    assertThat(run("restore", "--from", name, "--tenant", "carts=copy")).as(text()).isZero();
    assertThat(text()).matches(one + ", key by key, in [0-9.]+ s: copy\\R");
    assertThat(run("restore", "--from", name, "--tenant", "orders=more")).as(text()).isZero();
    assertThat(text()).matches(one + ", in [0-9.]+ s: more\\R");
    assertThat(
            run("restore", "--from", name, "--tenant", "carts=copy2", "--tenant", "orders=more2"))
        .as(text())
        .isZero();
    assertThat(text())
        .matches(
            "restored 2 tenants, 0 keys, 0 B of keys and contents, exact as of "
                + AS_OF
                + ", 1 of 2 tenants key by key, in [0-9.]+ s: copy2, more2\\R");
    assertThat(run("restore", "--from", name, "--tenant", "carts=copy3", "--json")).isZero();
    assertThat(json().path("key_by_key")).hasToString("[\"copy3\"]");
    assertThat(run("restore", "--from", name, "--tenant", "orders=more3", "--json")).isZero();
    assertThat(json().path("key_by_key")).hasToString("[]");
  }

  @Test
  void exactBackupsSayOfWhichMomentTheyAre() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String to = directory.toString();
    String name = directory.resolve("b1").toString();
    cluster.voids.add("node 2 is down");
    assertThat(run("create", "--to", to, "--name", "b1", "--exact")).as(text()).isZero();
    assertThat(err.toString(UTF_8))
        .contains("making the cut...", "the cut did not come about, and is made again: node 2");
    assertThat(out.toString(UTF_8))
        .contains("backed up 2 tenants, ", "exact as of " + AS_OF)
        .containsPattern(", [0-9.]+ (B|kB) of keys and contents, ");
    assertThat(run("create", "--to", to, "--name", "b2", "--exact", "--json")).isZero();
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(json().path("kind").asText()).isEqualTo("exact");
    assertThat(json().path("as_of").asText()).isEqualTo(AS_OF);
    assertThat(json().path("cut").asLong()).isEqualTo(3);
    assertThat(run("create", "--to", to, "--name", "b3")).isZero();
    assertThat(text()).contains("fuzzy").doesNotContain("exact", "making");

    assertThat(run("list", to)).isZero();
    assertThat(text()).contains("exact as of " + AS_OF, "fuzzy");
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").findValuesAsText("kind"))
        .containsExactly("exact", "exact", "fuzzy");
    assertThat(json().path("backups").findValuesAsText("as_of")).containsExactly(AS_OF, AS_OF);

    assertThat(run("verify", name)).isZero();
    assertThat(text()).contains("b1 is whole: 2 tenants, ", "exact as of " + AS_OF);
    assertThat(run("verify", name, "--json")).isZero();
    assertThat(json().path("as_of").asText()).isEqualTo(AS_OF);
    assertThat(run("restore", "--from", name, "--tenant", "orders=copy")).as(text()).isZero();
    assertThat(text()).contains("exact as of " + AS_OF);
    assertThat(run("restore", "--from", name, "--tenant", "orders=more", "--json")).isZero();
    assertThat(json().path("as_of").asText()).isEqualTo(AS_OF);
  }

  @Test
  void momentThatHasPassedIsATimeOrAnAge() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b1", "--as-of", "2026-11-27T23:10:00+01:00"))
        .as(text())
        .isZero();
    assertThat(text()).contains("exact as of 2026-11-27T22:10:00Z");
    Instant before = Instant.now();
    assertThat(run("create", "--to", to, "--name", "b2", "--exact", "--as-of=5m", "--json"))
        .as(text())
        .isZero();
    assertThat(Instant.parse(json().path("as_of").asText()))
        .isBetween(
            before.minus(Duration.ofMinutes(5)).truncatedTo(ChronoUnit.MILLIS),
            Instant.now().minus(Duration.ofMinutes(5)));
    assertThat(cluster.askedAsOf).hasSize(2);
    assertThat(run("create", "--to", to, "--name", "b3", "--as-of", "yesterday")).isEqualTo(2);
    assertThat(text()).contains("--as-of", "'yesterday' is not a moment", "as in 5m");
    assertThat(directory.resolve("b3")).doesNotExist();
  }

  /** As a release before wrote it, which knew one kind. */
  @Test
  void manifestOfAnEarlierReleaseIsRead() throws Exception {
    assertThat(run("create", "--to", directory.toString(), "--name", "b1")).isZero();
    BackupStore store = Runs.at(directory.resolve("b1"));
    ObjectNode content = (ObjectNode) new ObjectMapper().valueToTree(Manifest.read(store));
    content.remove("exact");
    CheckedJson.put(store, FileNames.MANIFEST, content, false);
    assertThat(run("verify", directory.resolve("b1").toString())).as(text()).isZero();
    assertThat(text()).contains("fuzzy");
  }

  /** Before, there were exact backups of tenants with moments alone, and it was not said of any. */
  @Test
  void exactBackupsThatDoNotSayItAreOfOneMoment() throws Exception {
    assertThat(run("create", "--to", directory.toString(), "--name", "b1", "--exact")).isZero();
    String name = directory.resolve("b1").toString();
    BackupStore store = Runs.at(directory.resolve("b1"));
    ObjectNode content = (ObjectNode) new ObjectMapper().valueToTree(Manifest.read(store));
    content.path("tenants").forEach(each -> ((ObjectNode) each).remove("one_moment"));
    CheckedJson.put(store, FileNames.MANIFEST, content, false);

    assertThat(run("verify", name)).as(text()).isZero();
    assertThat(text()).contains("exact as of " + AS_OF).doesNotContain("key by key");
    assertThat(run("verify", name, "--json")).isZero();
    assertThat(json().path("key_by_key")).hasToString("[]");
    assertThat(run("list", directory.toString())).isZero();
    assertThat(text()).contains("exact as of " + AS_OF).doesNotContain("key by key");
    assertThat(run("restore", "--from", name, "--tenant", "orders=copy", "--json")).isZero();
    assertThat(json().path("key_by_key")).hasToString("[]");
  }

  @Test
  void unfinishedExactBackupIsListedAsThat() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    cluster.onAsk =
        what -> {
          if (what.equals("read")) {
            throw FakeBackups.unavailable();
          }
        };
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b1", "--exact", "--give-up-after", "0"))
        .isEqualTo(-1);
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").findValuesAsText("kind")).containsExactly("exact");
    assertThat(json().path("backups").findValuesAsText("state")).containsExactly("unfinished");
    assertThat(json().path("backups").get(0).path("as_of").asText()).isEqualTo(AS_OF);
    assertThat(json().path("backups").get(0).has("key_by_key"))
        .as("the manifest says that of each tenant, and comes last")
        .isFalse();
  }

  @Test
  void cutThatIsLeftBehindIsEnded() throws Exception {
    assertThat(run("end-cut")).isZero();
    assertThat(text()).contains("there is no cut");
    long cut = cluster.makeCut(List.of("orders"));
    assertThat(run("end-cut")).as(text()).isZero();
    assertThat(text()).contains("ended cut 1");
    assertThat(cluster.endedCuts).containsExactly(cut);
    assertThat(run("end-cut", "--cut", "1", "--json")).isZero();
    assertThat(json().path("ended").asBoolean()).isFalse();
    assertThat(run("end-cut")).isZero();
    assertThat(text()).contains("cut 1 has ended already");
  }

  @Test
  void restoreIsGivenUp() {
    assertThat(run("give-up-restore", "orders", "--yes")).isEqualTo(-1);
    assertThat(text()).contains("not being restored");
    var unused =
        List.of(
            cluster.beginRestoreIntoEmpty(
                "orders", 5, ReplicationFactor.of(3), TenantSettings.DEFAULT),
            cluster.beginRestoreIntoEmpty(
                "copy", 5, ReplicationFactor.of(3), TenantSettings.DEFAULT));
    assertThat(cluster.isOpen("orders")).isFalse();

    assertThat(run("give-up-restore", "orders")).isEqualTo(-1);
    assertThat(text()).contains("would be lost. Give --yes");
    assertThat(cluster.isOpen("orders")).isFalse();
    assertThat(run("give-up-restore", "orders", "--yes")).as(text()).isZero();
    assertThat(text()).contains("gave up the restore of tenant orders, which is as it was before");
    assertThat(cluster.isOpen("orders")).isTrue();
    cluster.warnings.add("node b does not know of it");
    assertThat(run("give-up-restore", "copy", "--yes")).as(text()).isZero();
    assertThat(text()).contains("which is gone", "warning: node b does not know of it");
    assertThat(cluster.tenants()).extracting(Tenant::name).doesNotContain("copy");
  }

  /** Nodes that are away or behind when the restore is given up already. */
  @Test
  void whatIsLeftOfARestoreThatWasGivenUpIsAskedAgain() {
    for (String name : List.of("copy", "other")) {
      var unused =
          cluster.beginRestoreIntoEmpty(name, 5, ReplicationFactor.of(3), TenantSettings.DEFAULT);
    }
    AtomicInteger away = new AtomicInteger(3);
    cluster.onTenants =
        () -> {
          if (away.getAndDecrement() > 0) {
            throw FakeBackups.unavailable();
          }
        };
    assertThat(run("give-up-restore", "copy", "--yes")).as(text()).isZero();
    assertThat(text()).contains("gave up the restore of tenant copy, which is gone");

    cluster.onTenants =
        () -> {
          throw new PermissionDeniedException("not you", FailureInfo.NONE, null);
        };
    assertThat(run("give-up-restore", "other", "--yes")).isEqualTo(-1);
    assertThat(text())
        .contains("gave up the restore of tenant 'other', and cannot tell whether the tenant stays")
        .contains("not you", "quorate tenant list tells it");
    cluster.onTenants = () -> {};
    assertThat(cluster.tenants()).extracting(Tenant::name).doesNotContain("copy", "other");
  }

  @Test
  void nameIsTheTimeUnlessItIsGiven() {
    assertThat(run("create", "--to", directory.toString())).isZero();
    assertThat(directory).isDirectoryContaining("regex:.*/20\\d{6}T\\d{6}Z");
    for (String name : List.of("../x", "a/b", ".hidden", "", "-x")) {
      assertThat(run("create", "--to", directory.toString(), "--name=" + name)).isEqualTo(2);
    }
    assertThat(run("create", "--to", directory.resolve("none").toString())).isEqualTo(-1);
    assertThat(text()).contains("no such directory");
    assertThat(run("create", "--to", directory.toString(), "--parallel", "0")).isEqualTo(2);
  }

  @Test
  void listTellsWhatIsFinished() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b1")).isZero();
    cluster.onAsk =
        what -> {
          throw FakeBackups.unavailable();
        };
    assertThat(run("create", "--to", to, "--name", "b2", "--give-up-after", "0")).isEqualTo(-1);
    cluster.onAsk = what -> {};
    assertThat(run("create", "--to", to, "--name", "b3")).isZero();
    Files.writeString(directory.resolve("b3").resolve("manifest.json"), "{}");
    Files.createDirectory(directory.resolve("photos"));
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").findValuesAsText("name")).containsExactly("b1", "b2", "b3");
    assertThat(json().path("backups").findValuesAsText("state"))
        .containsExactly("complete", "unfinished", "damaged");
    assertThat(run("list", to)).isZero();
    assertThat(text()).contains("b1", "fuzzy", "complete").doesNotContain("photos");
    assertThat(run("list", directory.resolve("photos").toString())).isZero();
    assertThat(text()).contains("no backups in");
  }

  @Test
  void verifyNamesWhatIsDamaged() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    assertThat(run("create", "--to", directory.toString(), "--name", "b1", "--parallel", "1"))
        .isZero();
    Files.delete(directory.resolve("b1").resolve("data-000001.qb"));
    assertThat(run("verify", directory.resolve("b1").toString())).isEqualTo(4);
    assertThat(text()).contains("b1 is damaged, 1 fault:", "data-000001.qb: is missing");
    assertThat(run("verify", directory.resolve("b1").toString(), "--json")).isEqualTo(4);
    assertThat(json().path("whole").asBoolean()).isFalse();
  }

  @Test
  void aPlaceThatIsNoBackupIsAnsweredByWhatToGive() throws Exception {
    Runs.fill(cluster, "orders", 5, 5);
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b1")).isZero();
    String backup = directory.resolve("b1").toString();
    String manifest = backup + "/manifest.json";
    for (String[] words :
        List.of(
            new String[] {"restore", "--all", "--from", manifest},
            new String[] {"verify", manifest},
            new String[] {"delete", "--yes", manifest})) {
      assertThat(run(words)).isNotZero();
      assertThat(text()).contains(manifest + ": is a file of a backup: give the backup, " + backup);
    }
    assertThat(run("verify", "s3://bucket/b1/manifest.json")).isNotZero();
    assertThat(text()).contains("give the backup, s3://bucket/b1");
    String data = backup + "/data-000001.qb";
    assertThat(run("verify", data)).isNotZero();
    assertThat(text()).contains(data + ": is a file: give a directory");
    assertThat(run("create", "--to", data)).isNotZero();
    assertThat(text()).contains(data + ": is a file: give a directory");
    assertThat(run("restore", "--all", "--from", to)).isNotZero();
    assertThat(text())
        .contains(
            to
                + ": there is no backup, for it is the directory of backups: give one of these,"
                + " such as "
                + backup);
  }

  @Test
  void deleteTakesWhatTheBackupWroteAndNothingElse() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String to = directory.toString();
    Path b1 = directory.resolve("b1");
    assertThat(run("create", "--to", to, "--name", "b1")).isZero();
    assertThat(run("delete", b1.toString())).isEqualTo(-1);
    assertThat(text()).contains("nothing was changed").contains("--yes");
    assertThat(run("verify", b1.toString())).isZero();
    Files.createFile(b1.resolve("notes.txt"));
    assertThat(run("delete", b1.toString(), "--yes")).isZero();
    assertThat(text()).contains("other files are in it");
    assertThat(b1.toFile().list()).containsExactly("notes.txt");
    assertThat(run("delete", b1.toString(), "--yes")).isEqualTo(-1);
    assertThat(text()).contains("there is no backup");
    assertThat(run("create", "--to", to, "--name", "b2")).isZero();
    assertThat(run("delete", directory.resolve("b2").toString(), "--yes")).isZero();
    assertThat(directory.resolve("b2")).doesNotExist();
    assertThat(run("delete", to, "--yes")).isEqualTo(-1);
    assertThat(b1).exists();
  }

  /** Web applications have a file of that name, too. */
  @Test
  void whatIsNoBackupIsNotDeleted() throws Exception {
    Path app = Files.createDirectory(directory.resolve("app"));
    for (String name : List.of("manifest.json", "progress.json")) {
      for (String content : List.of("{\"name\": \"app\", \"format\": 1}", "[1]", "no JSON")) {
        Path file = Files.writeString(app.resolve(name), content);
        assertThat(run("delete", app.toString(), "--yes")).isEqualTo(-1);
        assertThat(text()).contains("nothing was changed: " + app, "delete it by hand");
        assertThat(app.toFile().list()).containsExactly(name);
        Files.delete(file);
      }
    }
  }

  @Test
  void whatIsLeftOfABackupIsDeletedHoweverDamaged() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    assertThat(run("create", "--to", directory.toString(), "--name", "b1")).isZero();
    Path b1 = directory.resolve("b1");
    Files.writeString(b1.resolve("manifest.json"), "no JSON");
    assertThat(run("delete", b1.toString(), "--yes")).as(text()).isZero();
    assertThat(b1).doesNotExist();

    // As a run leaves it that is killed before it has written anything.
    Path b2 = Files.createDirectory(directory.resolve("b2"));
    Files.createFile(b2.resolve("backup.lock"));
    assertThat(run("delete", b2.toString(), "--yes")).as(text()).isZero();
    assertThat(b2).doesNotExist();
  }

  @Test
  void backupsThatAreBasedOnOthers() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    cluster.pass(60_000);
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b0", "--incremental")).as(text()).isZero();
    assertThat(text()).contains("it has all contents: there is no finished backup");
    cluster.pass(60_000);
    cluster.put("orders", new byte[] {1, 2, 3}, new byte[] {4});
    assertThat(run("create", "--to", to, "--name", "b1", "--base", "b0", "--json")).isZero();
    assertThat(json().path("base").asText()).isEqualTo("b0");
    assertThat(json().path("chain").asInt()).isEqualTo(1);
    assertThat(json().path("keys_as_in_base").asInt()).isPositive();
    assertThat(json().path("pages_read_again").asInt()).isZero();
    assertThat(run("create", "--to", to, "--name", "b2", "--incremental")).isZero();
    assertThat(text())
        .containsPattern("based on b1 \\([0-9,]+ keys as in b1\\): [0-9.]+ (B|kB) in files");
    assertThat(run("create", "--to", to, "--name", "b3", "--base", "b1")).isZero();
    assertThat(run("list", to)).isZero();
    assertThat(text()).contains("base", "files", "b1").doesNotContain("lacks base");
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").findValuesAsText("base")).containsExactly("b0", "b1", "b1");
    assertThat(run("verify", directory.resolve("b2").toString())).as(text()).isZero();
    assertThat(text()).contains("b2 is whole", "based on b1");

    for (String[] wrong :
        List.of(
            new String[] {"--base", "b1", "--incremental"},
            new String[] {"--base", "../b1"},
            new String[] {"--incremental", "--full-after", "0"},
            new String[] {"--incremental", "--full-after", "32"})) {
      List<String> words = new ArrayList<>(List.of("create", "--to", to, "--name", "b9"));
      words.addAll(List.of(wrong));
      assertThat(run(words.toArray(String[]::new))).as(String.join(" ", wrong)).isEqualTo(2);
    }
    assertThat(run("create", "--to", to, "--name", "b9", "--base", "none")).isEqualTo(-1);
    assertThat(text()).contains("cannot be based on none: there is no backup");
    assertThat(directory.resolve("b9")).doesNotExist();
  }

  @Test
  void baseOfOthersIsDeletedWithThemAlone() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b0")).isZero();
    assertThat(run("create", "--to", to, "--name", "b1", "--base", "b0")).isZero();
    assertThat(run("create", "--to", to, "--name", "b2", "--base", "b1")).isZero();
    assertThat(run("create", "--to", to, "--name", "b3", "--base", "b0")).isZero();
    assertThat(run("create", "--to", to, "--name", "b4")).isZero();
    cluster.onAsk =
        what -> {
          throw FakeBackups.unavailable();
        };
    // One that is not finished needs its base, too.
    assertThat(run("create", "--to", to, "--name", "b5", "--base", "b3", "--give-up-after", "0"))
        .isEqualTo(-1);
    cluster.onAsk = what -> {};
    String b0 = directory.resolve("b0").toString();
    assertThat(run("delete", b0, "--yes")).isEqualTo(-1);
    assertThat(text()).contains("nothing was changed: b5, b2, b3, b1 are based on " + b0);
    assertThat(run("delete", directory.resolve("b1").toString(), "--yes")).isEqualTo(-1);
    assertThat(text()).contains("b2 is based on");
    assertThat(run("delete", b0, "--with-dependents")).isEqualTo(-1);
    assertThat(text()).contains("b0, and with it b5, b2, b3, b1 would be deleted", "Give --yes");
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups")).hasSize(6);
    assertThat(run("delete", directory.resolve("b2").toString(), "--yes")).as(text()).isZero();
    assertThat(run("delete", b0, "--with-dependents", "--yes", "--json")).as(text()).isZero();
    assertThat(json().path("dependents_deleted"))
        .extracting(each -> each.asText())
        .containsExactly("b5", "b3", "b1");
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").findValuesAsText("name")).containsExactly("b4");
  }

  /** This release cannot see on which one a backup of a later one is based. */
  @Test
  void nothingIsDeletedBesideABackupOfALaterRelease() throws Exception {
    String to = directory.toString();
    Path b1 = directory.resolve("b1");
    assertThat(run("create", "--to", to, "--name", "b1")).as(text()).isZero();
    Path later = Files.createDirectory(directory.resolve("later"));
    Files.writeString(
        later.resolve("manifest.json"), "{\"format\": 9, \"sha256\": \"\", \"content\": []}");
    for (String[] words :
        List.of(
            new String[] {"delete", b1.toString(), "--yes"},
            new String[] {"delete", b1.toString(), "--with-dependents", "--yes"})) {
      assertThat(run(words)).isEqualTo(-1);
      assertThat(text())
          .contains("nothing was changed: later cannot be read, and may be based on " + b1)
          .contains("--ignore-unreadable");
      assertThat(b1.resolve("manifest.json")).exists();
    }
    assertThat(run("delete", b1.toString(), "--ignore-unreadable")).isEqualTo(-1);
    assertThat(text()).contains("Give --yes");
    assertThat(run("delete", b1.toString(), "--ignore-unreadable", "--yes")).as(text()).isZero();
    assertThat(b1).doesNotExist();
    assertThat(run("delete", later.toString(), "--yes")).as(text()).isZero();
    assertThat(later).doesNotExist();
  }

  /** Killed at each step, another run deletes the rest, and meanwhile it is no backup. */
  @Test
  void deletionThatWasKilledGoesOn() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    boolean died = true;
    for (int step = 1; died; step++) {
      Path place = directory.resolve("d" + step);
      BackupStore store = Runs.at(place);
      Runs.create(cluster, store, new RunLimits(1, 0, java.time.Duration.ZERO), 200);
      FailingStore failing = new FailingStore(store, step, false);
      try {
        new Deletion(failing).run();
      } catch (java.io.IOException expected) {
        assertThat(store.list().containsKey(FileNames.MANIFEST)).isEqualTo(step == 1);
        assertThat(DirectoryStore.holdsBackup(place)).isTrue();
        assertThat(new Deletion(store).run()).isTrue();
      }
      died = failing.hasDied();
      assertThat(place).doesNotExist();
    }
  }

  @Test
  void whatWouldBeIgnoredIsRefused() throws Exception {
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b1", "--full-after", "3")).isEqualTo(2);
    assertThat(text()).contains("--full-after is of --incremental");
    assertThat(run("create", "--to", to, "--name", "b1")).as(text()).isZero();
    assertThat(run("list", directory.resolve("b1").toString())).isEqualTo(-1);
    assertThat(text()).contains("b1: is a backup itself");
    for (String name : List.of("Große", "a b", "", "x".repeat(65))) {
      String tenant = "orders=" + name;
      assertThat(run("restore", "--from", to + "/b1", "--tenant", tenant)).isEqualTo(-1);
      assertThat(text()).contains("give a name of 1 to 64 of a-z");
    }
  }

  @Test
  void whatADamagedBackupHasLeftIsNamed() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    Path b1 = directory.resolve("b1");
    assertThat(run("create", "--to", directory.toString(), "--name", "b1")).as(text()).isZero();
    List<Path> files =
        Runs.at(b1).list().keySet().stream().filter(FileNames::isData).map(b1::resolve).toList();
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    assertThat(run("restore", "--from", b1.toString(), "--tenant", "orders=copy")).isEqualTo(-1);
    assertThat(text())
        .contains("give up what was begun: copy, with quorate backup give-up-restore");
    for (Path file : files) {
      Files.delete(file);
    }
    assertThat(run("restore", "--from", b1.toString(), "--tenant", "orders=more")).isEqualTo(-1);
    assertThat(text()).contains("none was created");
  }

  /** A link to itself: as the directory of another user, but also for root, who runs tests. */
  @Test
  void whatCannotBeLookedAtIsListedAndIsNotSaidToBeMissing() throws Exception {
    String to = directory.toString();
    assertThat(run("create", "--to", to, "--name", "b1")).as(text()).isZero();
    for (String each : List.of("b2", "lost+found")) {
      Files.createSymbolicLink(directory.resolve(each), Path.of(each));
    }
    assertThat(run("list", to, "--json")).as(text()).isZero();
    assertThat(json().path("backups").findValuesAsText("name")).containsExactly("b1", "b2");
    assertThat(json().path("backups").findValuesAsText("state"))
        .containsExactly("complete", "unreadable");
    assertThat(run("delete", directory.resolve("b2").toString(), "--yes")).isEqualTo(-1);
    assertThat(text()).contains("b2").doesNotContain("there is no backup");
    assertThat(run("create", "--to", to, "--name", "b3", "--incremental")).as(text()).isZero();
    assertThat(out.toString(UTF_8)).contains("based on b1");
  }

  /** Makes a backup of another cluster, with a user and a tenant {@code orders}. */
  private String backupWithAUser() throws Exception {
    FakeBackups other = new FakeBackups(4, 5).tenant("orders");
    Runs.fill(other, "orders", 50, 50);
    other.access().createUser("ann", List.of());
    Path b1 = directory.resolve("b1");
    Runs.create(other, Runs.at(b1));
    return b1.toString();
  }

  /** A client with a certificate may do nothing before its user is there. */
  @Test
  void usersComeOnceTheTenantsAreOpen() throws Exception {
    String b1 = backupWithAUser();
    List<Boolean> open = new ArrayList<>();
    cluster.onAccess = () -> open.add(cluster.isOpen("copy"));
    assertThat(run("restore", "--from", b1, "--tenant", "orders=copy", "--access"))
        .as(text())
        .isZero();
    assertThat(text()).contains("restored 1 tenant", "created: user ann");
    // Whether it may look at roles and users; then the same again, and the user.
    assertThat(open).containsExactly(false, false, true, true, true);
  }

  @Test
  void nothingIsRestoredIfUsersCannotBe() throws Exception {
    String b1 = backupWithAUser();
    cluster.onAccess = BackupCommandsTest::denied;
    assertThat(run("restore", "--from", b1, "--tenant", "orders=copy", "--access")).isEqualTo(-1);
    assertThat(text()).contains("users and roles cannot be looked at", "nothing was restored");
    assertThat(cluster.tenants()).extracting(Tenant::name).doesNotContain("copy");

    String b2 = directory.resolve("b2").toString();
    assertThat(run("create", "--to", directory.toString(), "--name", "b2", "--tenant", "orders"))
        .isZero();
    assertThat(run("restore", "--from", b2, "--tenant", "orders=copy", "--access")).isEqualTo(-1);
    assertThat(text()).contains("users and roles are not in this backup");
    assertThat(cluster.tenants()).extracting(Tenant::name).doesNotContain("copy");
  }

  private static void denied() {
    throw new PermissionDeniedException("not granted", FailureInfo.NONE, null);
  }

  /** The same command would be refused, as the tenant holds keys. */
  @Test
  void usersThatCannotBeCreatedAreRestoredAlone() throws Exception {
    String b1 = backupWithAUser();
    cluster.onAccess =
        () -> {
          if (cluster.isOpen("copy")) {
            denied();
          }
        };
    assertThat(run("restore", "--from", b1, "--tenant", "orders=copy", "--access")).isEqualTo(-1);
    assertThat(text()).contains("tenants that are restored, and open: copy", "give --access alone");
    cluster.onAccess = () -> {};
    assertThat(run("restore", "--from", b1, "--access")).as(text()).isZero();
    assertThat(text()).contains("created: user ann");
  }

  @Test
  void restoreWithoutTenantsNamesThem() {
    assertThat(run("create", "--to", directory.toString(), "--name", "b1")).isZero();
    assertThat(run("restore", "--from", directory.resolve("b1").toString())).isEqualTo(-1);
    assertThat(text()).contains("The backup has default, orders");
    assertThat(run("restore", "--from", directory.toString(), "--all")).isEqualTo(-1);
    assertThat(text()).contains("there is no backup");
  }
}
