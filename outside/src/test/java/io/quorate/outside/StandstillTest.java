package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Nodes that get no processor time judge neither clocks nor peers by their own silence. */
class StandstillTest {
  private static final Duration STANDSTILL = Duration.ofSeconds(8);

  /**
   * How long one node is paused while others run: their messages wait as long before they are read.
   */
  private static final Duration SHORT_STANDSTILL = Duration.ofSeconds(1);

  private static final int SHORT_STANDSTILLS = 12;

  /** Shorter than a node needs to take a silent peer for down. */
  private static final Duration RECOVERS_WITHIN = Duration.ofSeconds(20);

  @Test
  void theWholeClusterStandsStillAndGoesOn() {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      client.keyValue().put("before", "1");
      for (int round = 0; round < 3; round++) {
        nodes.all().forEach(node -> node.signal("STOP"));
        Waiting.pass(STANDSTILL);
        nodes.all().forEach(node -> node.signal("CONT"));
        Waiting.pass(Duration.ofSeconds(3));
      }
      assertWell(nodes, client);
    }
  }

  @Test
  void nodesThatStandStillOneAfterTheOtherFindNoClockWrong() {
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      client.keyValue().put("before", "1");
      for (int round = 0; round < SHORT_STANDSTILLS; round++) {
        oneAfterTheOther(nodes, "STOP");
        Waiting.pass(SHORT_STANDSTILL);
        oneAfterTheOther(nodes, "CONT");
        Waiting.pass(SHORT_STANDSTILL.dividedBy(3));
      }
      assertWell(nodes, client);
    }
  }

  private static void oneAfterTheOther(Nodes nodes, String signal) {
    for (Node node : nodes.all()) {
      node.signal(signal);
      Waiting.pass(Duration.ofMillis(ThreadLocalRandom.current().nextInt(500)));
    }
  }

  @Test
  void aStarvedClusterFindsNoClockWrong() {
    List<Process> spinning = new ArrayList<>();
    try (Nodes nodes = Nodes.threeOnLoopback().start();
        QuorateClient client = nodes.client()) {
      client.keyValue().put("before", "1");
      try {
        for (int i = 0; i < 50; i++) {
          spinning.add(
              new ProcessBuilder("bash", "-c", "exec timeout 60 bash -c 'while :; do :; done'")
                  .start());
        }
        Waiting.pass(Duration.ofSeconds(25));
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      } finally {
        spinning.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        spinning.forEach(Process::destroyForcibly);
      }
      assertWell(nodes, client);
    }
  }

  private static void assertWell(Nodes nodes, QuorateClient client) {
    Waiting.until(
        RECOVERS_WITHIN,
        () -> nodes.all().stream().allMatch(Node::isReady),
        () -> "not all are ready again");
    for (Node node : nodes.all()) {
      assertThat(node.log()).doesNotContain("clock is").doesNotContain("ERROR");
      assertThat(Math.abs(node.meter("quorate_clock_skew_seconds"))).isLessThan(0.2);
    }
    assertThat(client.keyValue().get("before").text()).isEqualTo("1");
    client.keyValue().put("after", "2");
  }
}
