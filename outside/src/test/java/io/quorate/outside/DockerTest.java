package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.client.KeyValue;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The compose file as README tells to use it, with the least memory that it names. Each test leaves
 * three nodes that are up. Skipped where no Docker engine answers.
 */
class DockerTest {
  private static final String MEMORY = "512m";

  /** Longer than a JVM caches the address of a name: 30 s by default. */
  private static final Duration NAME_FORGOTTEN = Duration.ofSeconds(40);

  private static final Duration HEALED_WITHIN = Duration.ofMinutes(2);

  private static @Nullable Compose running;

  @BeforeAll
  static void start() {
    running = Compose.ofThree(MEMORY);
  }

  @AfterAll
  static void end() {
    if (running != null) {
      running.close();
    }
  }

  private static Compose compose() {
    return Objects.requireNonNull(running);
  }

  @Test
  void commandsWorkWithinANodeBesideItAndFromTheHost() {
    Compose compose = compose();
    assertThat(compose.within("node-1", "put", "greeting", "hello").outText()).contains("stored");
    assertThat(compose.client("get", "greeting").outText()).isEqualTo("hello\n");
    try (QuorateClient client = compose.client()) {
      assertThat(client.keyValue().get("greeting").text()).isEqualTo("hello");
    }
    CommandLine.Result host =
        new CommandLine()
            .with("QUORATE_ENDPOINTS", compose.endpoints())
            .with("QUORATE_CLIENT_TLS_CA", compose.rootFiles() + "/authorities.pem")
            .with("QUORATE_CLIENT_TLS_CERT", compose.rootFiles() + "/client.pem")
            .with("QUORATE_CLIENT_TLS_KEY", compose.rootFiles() + "/client.key")
            .with("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + compose.hosts())
            .quorate("get", "greeting");
    assertThat(host.outText()).as("%s", host).isEqualTo("hello\n");
  }

  /** As the page for the first start says. */
  @Test
  void aProgramHasAUserOfItsOwn() {
    Compose compose = compose();
    compose.makeFilesOf("orders");
    try (QuorateClient program = compose.clientOf("orders")) {
      assertThatThrownBy(() -> program.keyValue().put("order/1", "x"))
          .isInstanceOf(PermissionDeniedException.class);
    }
    compose.within("node-1", "user", "create", "orders");
    compose.within("node-1", "grant", "read,write", "--to-user", "orders", "--tenant", "default");
    try (QuorateClient program = compose.clientOf("orders")) {
      program.keyValue().put("order/1", "x");
      assertThat(program.keyValue().get("order/1").text()).isEqualTo("x");
    }
  }

  @Test
  void memoryFollowsFromTheLimitAndSufficesUnderLoad() throws IOException {
    Compose compose = compose();
    assertThat(compose.log("node-1"))
        .contains("memory: 512 MiB in all; heap 128 MiB", "block cache 32 MiB");
    List<String> before = compose.ends().ofNodes();
    CommandLine.Result bench =
        compose.client(
            "bench",
            "--keys",
            "20000",
            "--value-size",
            "1024",
            "--warmup",
            "5",
            "--seconds",
            "20",
            "--outstanding",
            "64",
            "--verify",
            "--json");
    JsonNode report = new ObjectMapper().readTree(bench.out());
    for (String broken : List.of("lost_writes", "stale_reads", "wrong_values")) {
      assertThat(report.path(broken).asLong(-1)).as("%s: %s", broken, bench).isZero();
    }
    // Commands within a node's container share its memory, and must not cost the node its life.
    compose.within("node-2", "scan", "", "--keys-only", "--limit", "1000");
    assertThat(compose.ends().ofNodes()).isEqualTo(before);
  }

  @Test
  void theOthersOutliveAKilledContainerWhichComesBackElsewhere() {
    Compose compose = compose();
    List<String> before = compose.ends().ofNodes();
    try (QuorateClient client = compose.client()) {
      KeyValue store = client.keyValue();
      store.put("before-kill", "1");
      compose.run("kill", "node-3");
      long until = System.nanoTime() + NAME_FORGOTTEN.toNanos();
      while (System.nanoTime() < until) {
        store.put("meanwhile", "2");
        Waiting.pass(Duration.ofMillis(100));
      }
      assertThat(compose.ends().ofNodes())
          .hasSize(before.size() + 1)
          .last()
          .isEqualTo("node-3 137");
      assertThat(compose.inspect("node-1", "{{.State.Running}}")).isEqualTo("true");
      assertThat(compose.inspect("node-2", "{{.State.Running}}")).isEqualTo("true");

      compose.moveToAnotherAddress("node-3");
      awaitUp(client, 3);
      assertThat(store.get("before-kill").text()).isEqualTo("1");
      assertThat(store.get("meanwhile").text()).isEqualTo("2");
    }
    assertThat(compose.ends().ofNodes()).hasSize(before.size() + 1);
  }

  @Test
  void aFourthNodeJoinsAndLeaves() {
    Compose compose = compose();
    compose.run("--profile", "join", "up", "--detach", "--wait", "node-4");
    try (QuorateClient client = compose.client()) {
      awaitUp(client, 4);
      String fourth =
          Administration.of(client).cluster().status().nodes().stream()
              .map(NodeView::address)
              .filter(address -> address.startsWith("node-4:"))
              .findFirst()
              .orElseThrow();
      compose.within("node-1", "cluster", "remove", fourth, "--yes");
      awaitUp(client, 3);
      Waiting.until(
          HEALED_WITHIN,
          () -> compose.ends().ofNodes().contains("node-4 5"),
          () -> "node-4 has not left: " + compose.log("node-4"));
    } finally {
      compose.run("--profile", "join", "rm", "--stop", "--force", "--volumes", "node-4");
    }
  }

  @Test
  void whatWasStoredOutlivesDownAndUp() {
    Compose compose = compose();
    compose.within("node-1", "put", "kept", "yes");
    compose.run("down");
    compose.up("node-1", "node-2", "node-3");
    assertThat(compose.within("node-2", "get", "kept").outText()).isEqualTo("yes\n");
    try (QuorateClient client = compose.client()) {
      awaitUp(client, 3);
    }
  }

  @Test
  void aStoppedContainerEndsInOrderBeforeDockerKillsIt() {
    Compose compose = compose();
    List<String> before = compose.ends().ofNodes();
    try (QuorateClient client = compose.client()) {
      client.keyValue().put("before-stop", "1");
      compose.run("stop", "node-2");
      assertThat(compose.ends().ofNodes())
          .hasSize(before.size() + 1)
          .last()
          .isEqualTo("node-2 143");
      assertThat(client.keyValue().get("before-stop").text()).isEqualTo("1");
      compose.bringBack("node-2");
      awaitUp(client, 3);
    }
  }

  @Test
  void aNodeWritesNothingButItsVolumes() {
    Compose compose = compose();
    for (String node : List.of("node-1", "node-2", "node-3")) {
      assertThat(compose.inspect(node, "{{.HostConfig.ReadonlyRootfs}}")).isEqualTo("true");
      String written =
          CommandLine.system("docker", "diff", compose.inspect(node, "{{.Id}}")).outText();
      // Places that are mounted, and directories on the way to them.
      assertThat(written.lines())
          .allMatch(
              line -> line.matches("[AC] /(etc|etc/quorate|etc/quorate/tls|tmp|var|var/lib)"));
    }
  }

  @Test
  void metersAreReadWithTlsFromTheHost() {
    Compose compose = compose();
    compose.within("node-1", "put", "counted", "yes");
    String meters =
        CommandLine.system(
                "curl",
                "--silent",
                "--fail",
                "--cacert",
                compose.rootFiles() + "/authorities.pem",
                "--resolve",
                "node-1:" + compose.httpPort() + ":127.0.0.1",
                "https://node-1:" + compose.httpPort() + "/metrics")
            .outText();
    assertThat(meters).contains("# TYPE quorate_", "jvm_memory_used_bytes");
  }

  /** The directory belongs to the user that the image has, as that of an operator would. */
  @Test
  void aBackupGoesToADirectoryOfTheHost(@TempDir Path directory) throws IOException {
    Compose compose = compose();
    Path backups = Files.createDirectory(directory.resolve("backups"));
    CommandLine.system("chown", "10001:10001", backups.toString());
    compose.within("node-1", "put", "kept", "by backup");
    List<String> mounted = List.of("run", "--rm", "-T", "--volume", backups + ":/backups");
    compose.run(with(mounted, "client", "backup", "create", "--to", "/backups", "--name", "one"));
    assertThat(backups.resolve("one/manifest.json")).isNotEmptyFile();
    compose.run(with(mounted, "client", "backup", "verify", "/backups/one"));
    compose.run(
        with(
            mounted,
            "client",
            "restore",
            "--from",
            "/backups/one",
            "--tenant",
            "default=of-backup"));
    assertThat(compose.within("node-3", "get", "kept", "--tenant", "of-backup").outText())
        .isEqualTo("by backup\n");
    compose.within("node-1", "tenant", "drop", "of-backup", "--yes");
  }

  private static String[] with(List<String> beginning, String... more) {
    return Stream.concat(beginning.stream(), Stream.of(more)).toArray(String[]::new);
  }

  private static void awaitUp(QuorateClient client, int nodes) {
    Waiting.until(
        HEALED_WITHIN,
        () -> areUp(client, nodes),
        () -> "not " + nodes + " nodes are up: " + Administration.of(client).cluster().status());
  }

  private static boolean areUp(QuorateClient client, int nodes) {
    try {
      ClusterStatus status = Administration.of(client).cluster().status();
      return status.nodes().size() == nodes
          && !status.topologyChange().underWay()
          && status.nodes().stream()
              .allMatch(
                  node ->
                      node.state() == ClusterStatus.State.UP
                          && node.membership() == ClusterStatus.Membership.ACTIVE);
    } catch (QuorateException notYet) {
      return false;
    }
  }
}
