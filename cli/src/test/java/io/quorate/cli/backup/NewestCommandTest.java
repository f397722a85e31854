package io.quorate.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.cli.backup.create.BaseChoice;
import io.quorate.cli.backup.create.Creation;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.backup.store.S3Server;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Retries;
import io.quorate.client.admin.TenantSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A script learns that backups have stopped, whatever the reason is. */
@Tag("patient")
class NewestCommandTest {
  private static final Path PAGE = Path.of("../docs/operations/backup.md");

  @TempDir private Path directory;

  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default").tenant("orders");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Duration later = Duration.ZERO;

  @BeforeEach
  void fill() {
    Runs.fill(cluster, "orders", 50, 50);
  }

  /** As {@code quorate backup newest} is run at a later time. */
  private int newest(String... words) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false);
    return new CommandLine(new NewestCommand(console, () -> Instant.now().plus(later)))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              console.err().println(failure.getMessage());
              assertThat(failure).isInstanceOfAny(CommandFailedException.class, IOException.class);
              return failure instanceof CommandFailedException ours
                  ? ours.exitCode()
                  : ExitCode.FAILED;
            })
        .execute(words);
  }

  private String err() {
    return err.toString(UTF_8).strip();
  }

  private String out() {
    return out.toString(UTF_8).strip();
  }

  private String place() {
    return directory.toString();
  }

  private BackupStore backup(String name, String... tenants) throws Exception {
    BackupStore store = Runs.at(directory.resolve(name));
    Runs.create(cluster, store, tenants);
    return store;
  }

  private void unfinished(String name) throws Exception {
    Files.delete(directory.resolve(name).resolve(FileNames.MANIFEST));
  }

  @Test
  void theNewestIsShownWithItsAge() throws Exception {
    Instant began = Instant.parse(Manifest.read(backup("z-first")).began());
    backup("b", "orders");
    later = Duration.ofHours(3);
    assertThat(newest(place(), "--within", "26h")).as(err()).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("b, fuzzy, 1 tenant, made 3 hours ago, at 20").hasLineCount(1);
    assertThat(err()).isEmpty();

    assertThat(newest(place(), "--json", "--tenant", "default")).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(out());
    assertThat(json.path("name").asText()).as("b has not all tenants").isEqualTo("z-first");
    assertThat(Instant.parse(json.path("time").asText())).isEqualTo(began);
    assertThat(json.path("age_seconds").asLong()).isBetween(3 * 3600L, 3 * 3600L + 600);
    assertThat(json.path("tenants")).hasSize(2);
    assertThat(json.path("not_counted").path(0).path("why").asText())
        .isEqualTo("has no tenant default");
  }

  @Test
  void oneThatIsTooOldFails() throws Exception {
    backup("b");
    later = Duration.ofHours(26).minusSeconds(60);
    assertThat(newest(place(), "--within", "26h")).isEqualTo(ExitCode.DONE);
    later = Duration.ofHours(26).plusSeconds(1);
    assertThat(newest(place(), "--within", "26h")).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err())
        .startsWith(
            place()
                + ": no backup within 26h: the newest is b, fuzzy, 2 tenants, made 26 hours ago")
        .hasLineCount(1);
    assertThat(out()).isEmpty();
    assertThat(newest(place())).as("of any age").isEqualTo(ExitCode.DONE);
  }

  @Test
  void aPlaceWithoutBackupsFails() throws Exception {
    assertThat(newest(place())).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err()).isEqualTo(place() + ": no backup");
    backup("b");
    assertThat(newest(directory.resolve("b").toString())).isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains("is a backup itself");
  }

  @Test
  void whatCannotBeRestoredDoesNotCount() throws Exception {
    backup("b0");
    unfinished("b0");
    backup("b1");
    assertThat(newest(place())).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .as("of b0 it is not known when")
        .startsWith("b1, ")
        .endsWith("; not counted: b0 (unfinished)")
        .hasLineCount(1);
    assertThat(err()).as("cron would mail it").isEmpty();

    backup("b2");
    Files.delete(directory.resolve("b2").resolve(FileNames.data(1)));
    backup("b3");
    Files.writeString(directory.resolve("b3").resolve(FileNames.MANIFEST), "{}");
    backup("b4");
    Path data = directory.resolve("b4").resolve(FileNames.data(1));
    Files.write(data, List.of("more"), StandardOpenOption.APPEND);
    assertThat(newest(place())).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .startsWith("b1, ")
        .contains("; not counted: b0 (unfinished), b3 (damaged), b4 (")
        .contains("was written with")
        .endsWith("and 1 more");

    Files.delete(directory.resolve("b1").resolve(FileNames.MANIFEST));
    assertThat(newest(place())).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err())
        .startsWith(place() + ": no backup; not counted: b0 (unfinished), b1 (unfinished), b3");
  }

  @Test
  void anUnfinishedOneDoesNotCount() throws Exception {
    cluster.onAsk =
        what -> {
          if (what.equals("read")) {
            throw FakeBackups.unavailable();
          }
        };
    assertThatThrownBy(() -> backup("b1")).isNotNull();
    cluster.onAsk = what -> {};
    assertThat(newest(place())).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err()).isEqualTo(place() + ": no backup; not counted: b1 (unfinished)");
    backup("b2");
    assertThat(newest(place())).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("b2, ").as("older than the newest").doesNotContain("b1");
  }

  @Test
  void anIncrementalOneCountsWithItsWholeChain() throws Exception {
    backup("b0");
    cluster.pass(60_000);
    Runs.create(
        cluster, Runs.at(directory.resolve("b1")), new BaseChoice.Named("b0"), Creation.FILE_BYTES);
    assertThat(newest(place())).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("b1, ");
    Files.delete(directory.resolve("b0").resolve(FileNames.data(1)));
    assertThat(newest(place())).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err()).contains("b1 (" + directory.resolve("b0") + ": ").contains("is missing");
    unfinished("b0");
    assertThat(newest(place())).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err()).contains("b1 (lacks base)");
  }

  @Test
  void anExactOneIsAsOldAsItsMoment() throws Exception {
    Instant moment = Instant.now().minus(Duration.ofHours(30)).truncatedTo(ChronoUnit.MILLIS);
    Runs.exact(cluster, Runs.at(directory.resolve("b")), Runs.NO_LISTENER, moment, "orders");
    assertThat(newest(place(), "--within", "26h")).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err()).contains("b, exact, 1 tenant, made 30 hours ago, at " + moment);
  }

  @Test
  void ofAnExactOneItIsSaidWhatIsKeyByKey() throws Exception {
    cluster.tenant(
        "carts",
        ReplicationFactor.of(3),
        TenantSettings.DEFAULT.model(Model.SIBLINGS).retries(Retries.REPEAT));
    Runs.exact(cluster, Runs.at(directory.resolve("b")), Runs.NO_LISTENER, "carts");
    Instant moment = Instant.ofEpochMilli(FakeBackups.CUT_MILLIS);
    later = Duration.between(Instant.now(), moment).plusMinutes(150);
    assertThat(newest(place())).isEqualTo(ExitCode.DONE);
    assertThat(out()).startsWith("b, exact, key by key, 1 tenant, made 2 hours ago, at " + moment);
  }

  /** Else a clock that was once ahead by a month would keep silent for a month. */
  @Test
  void oneOfAFutureTimeDoesNotCount() throws Exception {
    backup("b");
    later = Duration.ofMinutes(-4);
    assertThat(newest(place(), "--within", "26h")).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("made 0 s ago");
    later = Duration.ofHours(-1);
    assertThat(newest(place(), "--within", "26h")).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err()).contains("b (has a time in the future, 20");
  }

  @Test
  void figuresForPrometheusAreThoseOfThePage() throws Exception {
    Path file = directory.resolve("quorate_backup.prom");
    Path backups = Files.createDirectory(directory.resolve("a \"b"));
    String label = "{place=\"" + backups.toString().replace("\"", "\\\"") + "\",tenants=\"\"} ";
    assertThat(newest(backups.toString(), "--within", "2d", "--metrics", file.toString()))
        .isEqualTo(ExitCode.NOT_FOUND);
    assertThat(Files.readString(file))
        .contains("quorate_backup_newest_timestamp_seconds" + label + "0\n");
    BackupStore store = Runs.at(backups.resolve("b"));
    Runs.create(cluster, store);
    long began = Instant.parse(Manifest.read(store).began()).getEpochSecond();
    later = Duration.ofDays(3);
    assertThat(newest(backups.toString(), "--within", "2d", "--metrics", file.toString()))
        .isEqualTo(ExitCode.NOT_FOUND);
    String text = Files.readString(file);
    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .containsExactly(
            "quorate_backup_newest_timestamp_seconds" + label + began,
            "quorate_backup_within_seconds" + label + "172800");
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE "))).hasSize(2);
    assertThat(directory).isDirectoryNotContaining("glob:**.part");
    assertThat(Files.readString(PAGE))
        .contains(
            "time() - (quorate_backup_newest_timestamp_seconds > 0) >"
                + " quorate_backup_within_seconds",
            "quorate_backup_newest_timestamp_seconds == 0",
            "quorate_backup_newest_timestamp_seconds{place=\"/backups\",tenants=\"\"} 17");
  }

  /** Two files of one place must not have the same series: node_exporter refuses both then. */
  @Test
  void figuresSayWhichTenantsMustBeThere() throws Exception {
    Path file = directory.resolve("quorate_backup.prom");
    backup("b");
    String[] words = {
      place(), "--within=1h", "--tenant=orders", "--tenant=default", "--metrics=" + file
    };
    assertThat(newest(words)).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(file)).contains(place() + "\",tenants=\"default,orders\"} ");
    assertThat(newest(place(), "--metrics=" + file)).isEqualTo(ExitCode.USAGE);
    assertThat(err()).startsWith("--metrics needs --within");
  }

  @Test
  void aBlankTenantIsRefused() throws Exception {
    backup("b");
    for (String blank : List.of("", " ")) {
      assertThat(newest(place(), "--tenant", blank)).isEqualTo(ExitCode.USAGE);
      assertThat(err()).startsWith("--tenant is blank: give the name of a tenant");
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsToldBesideTheAnswer() throws Exception {
    backup("b");
    String nowhere = "--metrics=" + directory.resolve("none").resolve("file.prom");
    assertThat(newest(place(), "--within=1h", nowhere)).isEqualTo(ExitCode.FAILED);
    assertThat(out()).startsWith("b, fuzzy");
    assertThat(err()).startsWith("the file of --metrics cannot be written: ").hasLineCount(1);
    later = Duration.ofHours(3);
    assertThat(newest(place(), "--within=1h", nowhere)).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(err()).contains("no backup within 1h", "; the file of --metrics").hasLineCount(1);
  }

  /** The file then shows what was known last, which grows old and rings. */
  @Test
  void aPlaceThatCannotBeLookedAtFailsAndLeavesTheFigures() throws Exception {
    Path file = directory.resolve("quorate_backup.prom");
    Files.writeString(file, "before");
    String none = directory.resolve("none").toString();
    assertThat(newest(none, "--within=1h", "--metrics", file.toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err())
        .isEqualTo(
            "no such directory: "
                + none
                + ": give the one that 'quorate backup create --to' was given, and check that its"
                + " disk is mounted");
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    assertThat(
            newest(
                "s3://backups/x",
                "--s3-endpoint=http://127.0.0.1:" + port,
                "--within=1h",
                "--metrics",
                file.toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains("s3://backups/x: ");
    assertThat(file).hasContent("before");
  }

  @Test
  void objectStorageIsLookedAtAsWell() throws Exception {
    S3Server server = new S3Server(Files.createDirectory(directory.resolve("s3")));
    try {
      String endpoint = "--s3-endpoint=" + server.endpoint();
      assertThat(newest("s3://backups/x", endpoint)).isEqualTo(ExitCode.NOT_FOUND);
      assertThat(err()).isEqualTo("s3://backups/x: no backup");
      Runs.create(cluster, server.store("x/b"));
      assertThat(newest("s3://backups/x", endpoint, "--within=1h")).as(err()).isZero();
      assertThat(out()).startsWith("b, fuzzy, 2 tenants, made ");
      String data = server.data("x/b");
      server.delete("x/b/" + data);
      assertThat(newest("s3://backups/x", endpoint)).isEqualTo(ExitCode.NOT_FOUND);
      assertThat(err()).contains("x/b: " + data + ": is missing");
      assertThat(newest("s3://nowhere/x", endpoint)).isEqualTo(ExitCode.FAILED);
      assertThat(err()).contains("there is no bucket nowhere");
    } finally {
      server.close();
    }
  }
}
