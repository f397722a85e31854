package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.Model;
import io.quorate.client.admin.TenantSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Histories of linearizable keys on real processes, written down in {@code
 * outside/target/histories} and judged by {@code .ci/judge}: while nodes are killed, paused and cut
 * off and their clocks jump, and while a node joins and another is replaced.
 *
 * <p>{@code -Dquorate.chaos.minutes=3} (one, unless given), {@code -Dquorate.chaos.seed=4711}: the
 * same faults in the same order.
 */
@Tag("campaign")
class HistoryTest {
  private static final String TENANT = "registers";
  private static final Duration DONE_WITHIN = Duration.ofMinutes(3);
  private static final Duration TIME =
      Duration.ofSeconds(
          (long) (60 * Double.parseDouble(System.getProperty("quorate.chaos.minutes", "1"))));
  private static final long SEED =
      Long.getLong("quorate.chaos.seed", ThreadLocalRandom.current().nextInt(1_000_000));

  /** Less than this says little. */
  private static final int ANSWERED_MIN = 2_000;

  @Test
  void isLinearizableUnderFaults() throws IOException, InterruptedException {
    Path file = file("faults");
    try (MovedNodes nodes = MovedNodes.start(5);
        RegisterHistory history = new RegisterHistory(file)) {
      create(nodes.all());
      Chaos chaos = new Chaos(nodes, SEED);
      try (RegisterClients clients =
          new RegisterClients(history, nodes.all().endpoints(), TENANT, SEED)) {
        clients.start();
        chaos.strike(TIME);
      }
      System.out.println("seed " + SEED + ": " + history.summary() + "; struck " + chaos.struck());
      assertThat(history.answered()).as(history.summary()).isGreaterThan(ANSWERED_MIN);
      if (TIME.toSeconds() >= 60) {
        assertThat(chaos.struck()).hasSameSizeAs(Chaos.Kind.values());
      }
    }
    judge(file);
  }

  @Test
  void isLinearizableWhileANodeJoinsAndAnotherIsReplaced()
      throws IOException, InterruptedException {
    Path file = file("moves");
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16").start();
        RegisterHistory history = new RegisterHistory(file)) {
      create(nodes);
      try (QuorateClient operator = nodes.client();
          RegisterClients clients = new RegisterClients(history, nodes.endpoints(), TENANT, SEED)) {
        clients.start();
        join(nodes, operator, 4);
        Disturbance.killAndPauseEach(nodes);
        replaceFirst(nodes, operator);
        Waiting.pass(Duration.ofSeconds(2));
      }
      System.out.println("moves: " + history.summary());
      assertThat(history.answered()).as(history.summary()).isGreaterThan(ANSWERED_MIN);
    }
    judge(file);
  }

  private static Path file(String name) {
    return Distribution.tests().resolve("target/histories").resolve(name + ".jsonl");
  }

  private static void create(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      Administration.of(client)
          .cluster()
          .createTenant(TENANT, TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
    }
  }

  /** A node joins; while its partitions move to it, it is killed, and starts again. */
  private static void join(Nodes nodes, QuorateClient operator, int members) {
    Node joining = nodes.joining();
    joining.start();
    Waiting.until(DONE_WITHIN, joining::isReady, joining::lastLines);
    joining.kill();
    joining.start();
    Waiting.until(DONE_WITHIN, joining::isReady, joining::lastLines);
    Waiting.until(DONE_WITHIN, () -> isAtRest(operator, members), () -> "it has not joined");
  }

  private static void replaceFirst(Nodes nodes, QuorateClient operator) {
    Node spare = nodes.joining().set("QUORATE_CLUSTER_JOIN", "spare");
    spare.start();
    Waiting.until(DONE_WITHIN, spare::isReady, spare::lastLines);
    CommandLine.Result replaced =
        nodes
            .commandLine()
            .quorate(
                "cluster", "replace", nodes.node(0).address(), "--with", spare.address(), "--yes");
    assertThat(replaced.code()).as("%s", replaced).isZero();
    Waiting.until(DONE_WITHIN, () -> isAtRest(operator, 4), () -> "no node was replaced");
  }

  private static boolean isAtRest(QuorateClient client, int nodes) {
    ClusterStatus status = Administration.of(client).cluster().status();
    return status.nodes().size() == nodes
        && !status.topologyChange().underWay()
        && status.nodes().stream()
            .allMatch(node -> node.membership() == ClusterStatus.Membership.ACTIVE);
  }

  private static void judge(Path history) throws IOException, InterruptedException {
    Process judge =
        new ProcessBuilder(
                Distribution.home().resolve(".ci/judge").toString(),
                history.toAbsolutePath().toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(judge.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(said);
    assertThat(judge.waitFor()).as(said).isZero();
  }
}
