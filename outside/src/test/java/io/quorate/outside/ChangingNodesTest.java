package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A node joins, and leaves again, while a client goes on. */
class ChangingNodesTest {
  private static final Duration DONE_WITHIN = Duration.ofMinutes(3);

  @Test
  void aFourthNodeJoinsAndIsRemovedUnderWrites() throws InterruptedException {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16").start();
        QuorateClient client = nodes.client()) {
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      Thread writer = new Thread(() -> writeUntil(stop, client, failure));
      writer.start();
      Node fourth = nodes.joining();
      fourth.start();
      Waiting.until(DONE_WITHIN, fourth::isReady, fourth::lastLines);
      Waiting.until(DONE_WITHIN, () -> isAtRest(client, 4), () -> "the fourth node has not joined");

      CommandLine.Result refused =
          nodes.commandLine().shell("quorate cluster remove " + fourth.address() + " </dev/null");
      assertThat(refused.code()).as("%s", refused).isEqualTo(2);
      assertThat(refused.errText()).contains("--yes");
      assertThat(isAtRest(client, 4)).isTrue();

      CommandLine.Result removed =
          nodes.commandLine().quorate("cluster", "remove", fourth.address(), "--yes");
      assertThat(removed.code()).as("%s", removed).isZero();
      assertThat(fourth.awaitExit(DONE_WITHIN)).as("a node that has left says so").isEqualTo(5);
      Waiting.until(DONE_WITHIN, () -> isAtRest(client, 3), () -> "the fourth node has not left");
      assertThat(fourth.log()).contains("left");
      fourth.start();
      assertThat(fourth.awaitExit(DONE_WITHIN)).as("and so at each start").isEqualTo(5);
      stop.set(true);
      writer.join();
      assertThat(failure.get()).isNull();
      CommandLine.Result verified = nodes.commandLine().quorate("repair", "--verify");
      assertThat(verified.code()).as("%s", verified).isZero();
    }
  }

  /** A spare node has no replicas, and no vote while it learns the metadata. */
  @Test
  void aSpareNodeIsRemovedAndSaysThatItHasLeft() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16").start();
        QuorateClient client = nodes.client()) {
      Node spare = nodes.joining().set("QUORATE_CLUSTER_JOIN", "spare");
      spare.start();
      Waiting.until(DONE_WITHIN, spare::isReady, spare::lastLines);
      Waiting.until(
          DONE_WITHIN,
          () -> Administration.of(client).cluster().status().nodes().size() == 4,
          () -> "the spare node has not joined");
      CommandLine.Result removed =
          nodes.commandLine().quorate("cluster", "remove", spare.address(), "--yes");
      assertThat(removed.code()).as("%s", removed).isZero();
      assertThat(spare.awaitExit(DONE_WITHIN)).isEqualTo(5);
      Waiting.until(DONE_WITHIN, () -> isAtRest(client, 3), () -> "the spare node has not left");
      spare.start();
      assertThat(spare.awaitExit(DONE_WITHIN)).as("and so at each start").isEqualTo(5);
    }
  }

  private static void writeUntil(
      AtomicBoolean stop, QuorateClient client, AtomicReference<@Nullable Throwable> failure) {
    try {
      for (int i = 0; !stop.get(); i++) {
        String value = Integer.toString(i);
        client.keyValue().put("changing", value);
        assertThat(client.keyValue().get("changing").text()).isEqualTo(value);
      }
    } catch (RuntimeException | AssertionError e) {
      failure.set(e);
    }
  }

  private static boolean isAtRest(QuorateClient client, int nodes) {
    ClusterStatus status = Administration.of(client).cluster().status();
    return status.nodes().size() == nodes
        && !status.topologyChange().underWay()
        && status.nodes().stream()
            .allMatch(node -> node.membership() == ClusterStatus.Membership.ACTIVE);
  }
}
