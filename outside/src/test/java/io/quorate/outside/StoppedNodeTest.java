package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Scan;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Backups;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A process that is stopped closes no connection, and the kernel takes what is sent to it. Clients
 * leave it all the same, long before their time is over, whatever they ask for.
 */
@ExtendWith(DisturbedNodes.class)
class StoppedNodeTest {
  /** What a call may take: it is asked after a second, given another one, and machines are slow. */
  private static final Duration LEFT_WITHIN = Duration.ofSeconds(8);

  /** Of clients that are in no hurry. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final int KEYS = 200;
  private static final int ROUNDS = 12;

  @BeforeEach
  void fill(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      for (int i = 0; i < KEYS; i++) {
        client.keyValue().put(key(i), "v");
      }
    }
  }

  @Test
  void clientsThatOnlyScanLeaveIt(Nodes nodes) {
    try (QuorateClient client = client(nodes, PATIENCE)) {
      assertThat(scanned(client)).isEqualTo(KEYS);
      nodes.node(1).signal("STOP");
      Duration longest = Duration.ZERO;
      for (int i = 0; i < ROUNDS; i++) {
        long began = System.nanoTime();
        assertThat(scanned(client)).isEqualTo(KEYS);
        longest = longer(longest, began);
      }
      assertThat(longest).isLessThan(LEFT_WITHIN);
    }
  }

  @Test
  void clientsThatOnlyReadBackupsLeaveIt(Nodes nodes) {
    try (QuorateClient client = client(nodes, PATIENCE)) {
      Backups backups = Administration.of(client).backups();
      assertThat(backups.read("default", 0, new byte[0])).isNotNull();
      nodes.node(1).signal("STOP");
      Duration longest = Duration.ZERO;
      for (int i = 0; i < ROUNDS; i++) {
        long began = System.nanoTime();
        assertThat(backups.read("default", i, new byte[0])).isNotNull();
        longest = longer(longest, began);
      }
      assertThat(longest).isLessThan(LEFT_WITHIN);
    }
  }

  /** Each call is over before anything could be said of the node. */
  @Test
  void clientsWithShortTimeoutsLeaveIt(Nodes nodes) {
    try (QuorateClient client = client(nodes, Duration.ofMillis(200))) {
      KeyValue store = client.keyValue();
      Waiting.until(LEFT_WITHIN, () -> failed(store) == 0, () -> "keys are not written at first");
      nodes.node(1).signal("STOP");
      assertThat(failed(store)).as("the node was asked").isPositive();
      Waiting.until(
          LEFT_WITHIN, () -> failed(store) == 0, () -> "the node that is stopped is still asked");
    }
  }

  private static QuorateClient client(Nodes nodes, Duration timeout) {
    return QuorateClient.builder().endpoints(nodes.endpoints()).timeout(timeout).build();
  }

  private static Duration longer(Duration longest, long beganNanos) {
    Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
    return took.compareTo(longest) > 0 ? took : longest;
  }

  private static int scanned(QuorateClient client) {
    try (Scan scan = client.keyValue().scan("stopped-")) {
      return (int) scan.stream().count();
    }
  }

  /** Puts keys of all partitions, one after the other; how many fail. */
  private static int failed(KeyValue store) {
    int failed = 0;
    for (int i = 0; i < KEYS && failed < 5; i++) {
      try {
        store.put(key(i), "w");
      } catch (QuorateException late) {
        failed++;
      }
    }
    return failed;
  }

  private static String key(int number) {
    return "stopped-" + number;
  }
}
