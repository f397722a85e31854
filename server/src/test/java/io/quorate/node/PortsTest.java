package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.node.config.NodeConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A port serves what belongs to the other as long as others know no better, and no longer. */
class PortsTest {
  private static final NodeId SELF = new NodeId(1);
  private static final String CLIENTS = "127.0.0.1:1";
  private static final String PEERS = "127.0.0.1:2";

  private final Ports ports;

  PortsTest() throws Exception {
    ports =
        new Ports(NodeConfig.of(Map.of("node.address", CLIENTS, "node.peer_listen", PEERS)).node());
  }

  private static ClusterState known(String address, Release release) {
    return Genesis.create(
        new ClusterId(9),
        List.of(new Member(SELF, address, "r", "z", 1, 0, release, Member.State.ACTIVE)),
        4);
  }

  private static ClusterState announced(ClusterState before, String address, String forClients) {
    NodeStarted start =
        new NodeStarted(SELF, address, "r", "z", 1, 1, Releases.THIS, "", forClients);
    return ((Accepted) before.apply(start, before.stateVersion() + 1)).next();
  }

  private void assertServed(boolean nodesAtClientPort, boolean clientsAtPeerPort) {
    assertThat(ports.servesNodesAtClientPort()).as("nodes").isEqualTo(nodesAtClientPort);
    assertThat(ports.servesClientsAtPeerPort()).as("clients").isEqualTo(clientsAtPeerPort);
  }

  @Test
  void aNodeWithoutAClusterServesEachPortItsOwn() {
    assertServed(false, false);
    ports.follow(known(CLIENTS, Releases.THIS), new NodeId(7));
    assertServed(false, false);
  }

  @Test
  void aMemberThatIsKnownByOneAddressServesAllThereUntilItHasTold() {
    ClusterState before = known(CLIENTS, Releases.THIS);
    ports.follow(before, SELF);
    assertServed(true, false);
    ports.follow(announced(before, PEERS, ""), SELF);
    assertServed(false, true);
    ports.follow(announced(before, PEERS, CLIENTS), SELF);
    assertServed(false, false);
  }

  /** Such a cluster knows one address of each node, and tells clients that one. */
  @Test
  void inAClusterOfVersionOneThePeerPortServesClientsToo() {
    ClusterState before = known(CLIENTS, Releases.BEFORE);
    assertThat(before.clusterVersion()).isEqualTo(1);
    ports.follow(announced(before, PEERS, CLIENTS), SELF);
    assertServed(false, true);
  }
}
