package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nodes that are started with their data directories at addresses that no other node knows yet. */
class ChangedAddressesTest {
  private static final Duration KNOWN_WITHIN = Duration.ofMinutes(1);

  @Test
  void aNodeAtAnotherAddressIsFoundByThoseThatRunOn() {
    try (Nodes nodes = Nodes.threeOnLoopback().start()) {
      try (QuorateClient client = nodes.client()) {
        client.keyValue().put("before", "1");
      }
      nodes.node(2).kill();
      nodes.node(2).moveTo("127.0.0.1:" + Distribution.freePorts(1));
      nodes.node(2).set("QUORATE_CLUSTER_SEEDS", nodes.endpoints()).start();
      awaitAllKnown(nodes);
    }
  }

  /** The fourth is no seed: it finds the others by theirs, and they find it when it speaks. */
  @Test
  void nodesThatAllAreAtOtherAddressesFindEachOtherByTheirSeeds() {
    try (Nodes nodes = Nodes.threeOnLoopback().set("QUORATE_CLUSTER_PARTITIONS", "16").start()) {
      try (QuorateClient client = nodes.client()) {
        client.keyValue().put("before", "1");
      }
      Node fourth = nodes.joining();
      fourth.start();
      nodes.awaitReady();

      nodes.all().forEach(Node::kill);
      int base = Distribution.freePorts(4);
      for (int i = 0; i < 4; i++) {
        nodes.node(i).moveTo("127.0.0.1:" + (base + i));
      }
      String seeds =
          "%s,%s,%s"
              .formatted(nodes.node(0).address(), nodes.node(1).address(), nodes.node(2).address());
      nodes.set("QUORATE_CLUSTER_SEEDS", seeds);
      nodes.all().forEach(Node::start);
      awaitAllKnown(nodes);
    }
  }

  /**
   * All nodes are ready, each hears all others at their new addresses, and all writes are there.
   */
  private static void awaitAllKnown(Nodes nodes) {
    nodes.awaitReady();
    try (QuorateClient client = nodes.client()) {
      for (Node node : nodes.all()) {
        Waiting.until(
            KNOWN_WITHIN,
            () ->
                Administration.of(client).cluster().statusOf(node.address()).nodes().stream()
                    .filter(other -> other.state() == ClusterStatus.State.UP)
                    .map(NodeView::address)
                    .toList()
                    .containsAll(nodes.all().stream().map(Node::address).toList()),
            () -> node.name() + " does not hear all others\n" + node.lastLines());
      }
      assertThat(client.keyValue().get("before").text()).isEqualTo("1");
    }
  }
}
