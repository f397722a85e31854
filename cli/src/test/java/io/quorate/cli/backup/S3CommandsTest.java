package io.quorate.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.cli.FakeCluster;
import io.quorate.cli.backup.run.FakeBackups;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.backup.store.S3Server;
import io.quorate.cli.output.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on object storage as they are typed. */
class S3CommandsTest {
  private static final String SECRET = "secret";

  @TempDir private static Path directory;
  private static S3Server server;

  private final FakeCluster nodes = new FakeCluster();
  private final FakeBackups cluster = new FakeBackups(4, 5).tenant("default").tenant("orders");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void close() {
    nodes.close();
    S3Server.credentials("operator", SECRET);
  }

  private int run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--s3-endpoint=" + server.endpoint());
    return runAsGiven(all);
  }

  private int runAsGiven(List<String> words) {
    out.reset();
    PrintStream print = new PrintStream(out, true, UTF_8);
    Console console =
        new Console(new ByteArrayInputStream(new byte[0]), print, print, false, false);
    List<String> all = new ArrayList<>(words);
    if (List.of("create", "restore").contains(words.getFirst())) {
      all.addAll(List.of("--endpoints", nodes.endpoint()));
    }
    return new CommandLine(new BackupCommand())
        .addSubcommand(new CreateCommand(console, client -> cluster))
        .addSubcommand(new ListCommand(console))
        .addSubcommand(new VerifyCommand(console))
        .addSubcommand(new DeleteBackupCommand(console))
        .addSubcommand(new RestoreCommand(console, client -> cluster))
        .setParameterExceptionHandler(
            (failure, given) -> {
              print.println(failure.getMessage());
              return 2;
            })
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              print.println(failure.getMessage());
              return -1;
            })
        .execute(all.toArray(String[]::new));
  }

  private String text() {
    return out.toString(UTF_8);
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(text());
  }

  @Test
  void tenantsToObjectsAndBack() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    String to = "s3://backups/nightly";
    assertThat(run("create", "--to", to, "--name", "b1", "--tenant", "orders")).as(text()).isZero();
    assertThat(text()).contains("to s3://backups/nightly/b1");
    assertThat(run("create", "--to", to + "/", "--name", "b2")).as(text()).isZero();
    assertThat(run("create", "--to", to, "--name", "b2")).isEqualTo(-1);
    assertThat(text()).contains("there is a finished backup of this name");
    server.put("nightly/photos/x", new byte[] {1});
    assertThat(run("list", to, "--json")).as(text()).isZero();
    assertThat(json().path("backups").findValuesAsText("name")).containsExactly("b1", "b2");
    assertThat(json().path("backups").findValuesAsText("state"))
        .containsExactly("complete", "complete");
    assertThat(run("verify", to + "/b1")).as(text()).isZero();
    assertThat(text()).contains("s3://backups/nightly/b1 is whole: 1 tenant");
    assertThat(run("restore", "--from", to + "/b1", "--tenant", "orders=copy")).as(text()).isZero();
    assertThat(cluster.contents("copy")).isEqualTo(cluster.contents("orders"));
    assertThat(run("delete", to + "/b1")).isEqualTo(-1);
    assertThat(text()).contains("Give --yes");
    assertThat(run("delete", to + "/b1", "--yes")).as(text()).isZero();
    assertThat(text()).contains("deleted backup s3://backups/nightly/b1");
    assertThat(run("delete", to + "/b1", "--yes")).isEqualTo(-1);
    assertThat(text()).contains("there is no backup");
    assertThat(run("verify", to + "/b1")).isEqualTo(-1);
    assertThat(text()).contains("there is no backup");
    assertThat(run("list", "s3://backups/none")).isZero();
    assertThat(text()).contains("no backups in s3://backups/none");
  }

  @Test
  void backupsThatAreBasedOnOthers() throws Exception {
    Runs.fill(cluster, "orders", 500, 50);
    cluster.pass(60_000);
    String to = "s3://backups/chain";
    assertThat(run("create", "--to", to, "--name", "b0")).as(text()).isZero();
    cluster.pass(60_000);
    cluster.put("orders", new byte[] {1, 2, 3}, new byte[] {4});
    assertThat(run("create", "--to", to, "--name", "b1", "--base", "b0")).as(text()).isZero();
    assertThat(text()).contains("based on b0 (", " keys as in b0): ");
    cluster.put("orders", new byte[] {1, 2, 4}, new byte[] {4});
    assertThat(run("create", "--to", to, "--name", "b2", "--incremental")).as(text()).isZero();
    assertThat(run("verify", to + "/b2", "--json")).as(text()).isZero();
    assertThat(json().path("base").asText()).isEqualTo("b1");
    assertThat(run("restore", "--from", to + "/b2", "--tenant", "orders=copy")).as(text()).isZero();
    assertThat(cluster.contents("copy")).isEqualTo(cluster.contents("orders"));
    assertThat(run("delete", to + "/b0", "--yes")).isEqualTo(-1);
    assertThat(text()).contains("b2, b1 are based on " + to + "/b0").contains("--with-dependents");
    server.delete("chain/b0/" + FileNames.MANIFEST);
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").findValuesAsText("state"))
        .containsExactly("unfinished", "lacks_base", "lacks_base");
    assertThat(run("verify", to + "/b2")).isEqualTo(-1);
    assertThat(text()).contains("s3://backups/chain/b1 lacks its base");
    assertThat(run("restore", "--from", to + "/b2", "--all")).isEqualTo(-1);
    assertThat(text()).contains("lacks its base");
    assertThat(run("delete", to + "/b1", "--with-dependents", "--yes")).as(text()).isZero();
    assertThat(run("list", to, "--json")).isZero();
    assertThat(json().path("backups").findValuesAsText("name")).containsExactly("b0");
  }

  @Test
  void verifyNamesWhatIsMissing() throws Exception {
    Runs.fill(cluster, "orders", 50, 50);
    assertThat(run("create", "--to", "s3://backups/bad", "--name", "b", "--parallel", "1"))
        .isZero();
    String data = server.data("bad/b");
    server.delete("bad/b/" + data);
    assertThat(run("verify", "s3://backups/bad/b")).isEqualTo(4);
    assertThat(text()).contains(data + ": is missing");
  }

  @Test
  void runThatWasKilledIsTakenOver() throws Exception {
    server.store("taken/b").lock(); // is killed
    assertThat(run("create", "--to", "s3://backups/taken", "--name", "b")).isEqualTo(-1);
    assertThat(text()).contains("another run works on this backup").contains("--take-over");
    assertThat(run("create", "--to", "s3://backups/taken", "--name", "b", "--take-over"))
        .as(text())
        .isZero();
  }

  @Test
  void saysWhatIsWrongWithTheBucketAndTheCredentials() {
    assertThat(run("create", "--to", "s3://nowhere/x")).isEqualTo(-1);
    assertThat(text())
        .contains("there is no bucket nowhere at http://127.0.0.1")
        .contains("create it");
    assertThat(run("list", "s3://nowhere")).isEqualTo(-1);
    assertThat(text()).contains("there is no bucket nowhere");
    S3Server.credentials("operator", "wrong");
    assertThat(run("create", "--to", "s3://backups/x")).isEqualTo(-1);
    assertThat(text()).contains("does not take the credentials").contains("AWS_ACCESS_KEY_ID");
    S3Server.credentials("stranger", "wrong");
    assertThat(run("verify", "s3://backups/x/y")).isEqualTo(-1);
    assertThat(text()).contains("does not take the credentials (InvalidAccessKeyId)");
    S3Server.noCredentials();
    assertThat(run("list", "s3://backups/x")).isEqualTo(-1);
    assertThat(text()).contains("there are no credentials: give AWS_ACCESS_KEY_ID");
  }

  @Test
  void saysWhichServerCannotBeReached() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    String endpoint = "http://127.0.0.1:" + port;
    assertThat(runAsGiven(List.of("list", "s3://backups/x", "--s3-endpoint", endpoint)))
        .isEqualTo(-1);
    assertThat(text()).contains("cannot reach " + endpoint).contains("--s3-endpoint");
    for (String wrong : List.of("minio:9000", "ftp://minio", "http://", "a b")) {
      assertThat(runAsGiven(List.of("list", "s3://backups/x", "--s3-endpoint", wrong)))
          .isEqualTo(2);
      assertThat(text()).contains("give http://HOST:PORT");
    }
    assertThat(run("list", "s3://backups//x")).isEqualTo(2);
    assertThat(run("list", "s3://")).isEqualTo(2);
  }
}
