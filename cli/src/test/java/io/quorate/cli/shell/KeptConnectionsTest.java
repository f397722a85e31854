package io.quorate.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.FakeCluster;
import io.quorate.client.ClientClosedException;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeptConnectionsTest {
  private final FakeCluster cluster = new FakeCluster();
  private final KeptConnections connections = new KeptConnections();
  private final AtomicInteger opened = new AtomicInteger();

  @AfterEach
  void close() {
    connections.close();
    cluster.close();
  }

  private QuorateClient client(Object options) {
    return connections.client(
        options,
        () -> {
          opened.incrementAndGet();
          return QuorateClient.builder().endpoints(cluster.endpoint()).build();
        });
  }

  @Test
  void aClientServesCommandsOfTheSameOptions() {
    try (QuorateClient first = client("a")) {
      first.keyValue().put("k", "v");
    }
    try (QuorateClient second = client("a")) {
      assertThat(second.keyValue().get("k").text()).isEqualTo("v");
      assertThat(Administration.of(second).cluster().tenants()).isNotEmpty();
    }
    assertThat(opened).hasValue(1);
    client("b").close();
    assertThat(opened).hasValue(2);
  }

  @Test
  void ofManyClientsThoseUsedLastAreKept() {
    QuorateClient first = client("first");
    for (int i = 0; i < 8; i++) {
      client(i);
    }
    assertThatThrownBy(() -> first.keyValue().get("k")).isInstanceOf(ClientClosedException.class);
    client(7);
    assertThat(opened).hasValue(9);
  }

  /** Ctrl-C while a command waits. */
  @Test
  void closingEndsWhatACommandWaitsForAndTheNextOneConnectsAgain() {
    QuorateClient before = client("a");
    connections.close();
    assertThatThrownBy(() -> before.keyValue().get("k")).isInstanceOf(ClientClosedException.class);
    client("a").keyValue().put("k", "v");
    assertThat(opened).hasValue(2);
  }
}
