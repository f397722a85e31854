package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.NodeView;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.PeeringGrpc;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.GetStatusRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes that have a port for clients, and one for each other. */
class PeerPortTest {
  private static final int FIRST_PORT = 17_740;
  private static final int FIRST_PEER_PORT = FIRST_PORT + 10;
  private static final TestAuthority OURS = new TestAuthority("ours");

  @TempDir private Path directory;

  private static String peerAddress(int node) {
    return "127.0.0.1:" + (FIRST_PEER_PORT + node);
  }

  private static Map<String, String> withPeerPort(int node) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.peer_listen", peerAddress(node));
    settings.put("cluster.seeds", String.join(",", peerAddress(0), peerAddress(1), peerAddress(2)));
    return settings;
  }

  private Map<String, String> withTls(int node) {
    Map<String, String> settings = withPeerPort(node);
    TestCertificate.Files files = certificate("node-" + node, "quorate:node");
    settings.put("tls.mode", "require");
    settings.put("tls.client_certificates", "optional");
    settings.put("tls.certificate", files.certificate().toString());
    settings.put("tls.key", files.key().toString());
    settings.put("tls.authorities", trusted().toString());
    return settings;
  }

  private TestCertificate.Files certificate(String name, String uri) {
    return OURS.certificate(name).ip("127.0.0.1").uri(uri).issue().write(directory, name);
  }

  private Path trusted() {
    return TestAuthority.write(directory.resolve("ca.pem"), OURS);
  }

  private ChannelCredentials showing(TestCertificate.Files own) throws Exception {
    return TlsChannelCredentials.newBuilder()
        .trustManager(trusted().toFile())
        .keyManager(own.certificate().toFile(), own.key().toFile())
        .build();
  }

  /** What comes of a call that each service answers in one way or another. */
  private static Status.Code get(String address, ChannelCredentials credentials) {
    return outcome(
        address,
        credentials,
        channel ->
            KeyValueGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .get(GetRequest.getDefaultInstance()));
  }

  private static Status.Code status(String address, ChannelCredentials credentials) {
    return outcome(
        address,
        credentials,
        channel ->
            AdminGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .getStatus(GetStatusRequest.getDefaultInstance()));
  }

  private static Status.Code introduce(String address, ChannelCredentials credentials) {
    return outcome(
        address,
        credentials,
        channel ->
            PeeringGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .introduce(IntroduceRequest.getDefaultInstance()));
  }

  private interface Call {
    Object on(ManagedChannel channel);
  }

  private static Status.Code outcome(String address, ChannelCredentials credentials, Call call) {
    ManagedChannel channel = Grpc.newChannelBuilder(address, credentials).build();
    try {
      Object unused = call.on(channel);
      return Status.Code.OK;
    } catch (StatusRuntimeException refused) {
      return refused.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void eachPortAnswersItsOwnAndNothingElse() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT, 3)) {
      for (int node = 0; node < 3; node++) {
        cluster.start(node, withTls(node));
      }
      for (int node = 0; node < 3; node++) {
        cluster.awaitReady(node);
      }
      TestCertificate.Files root = certificate("root", "quorate:user/root");
      try (QuorateClient client =
          QuorateClient.builder()
              .endpoints(cluster.address(1))
              .tls(
                  TlsOptions.DEFAULT
                      .authorities(trusted())
                      .certificate(root.certificate(), root.key()))
              .build()) {
        for (int i = 0; i < 50; i++) {
          client.keyValue().put("k" + i, "v");
        }
        assertThat(Administration.of(client).cluster().status().nodes())
            .extracting(NodeView::address)
            .as("where operators reach nodes")
            .containsExactlyInAnyOrder(cluster.address(0), cluster.address(1), cluster.address(2));
        assertThat(Administration.of(client).cluster().status().nodes())
            .extracting(NodeView::peerAddress)
            .containsExactlyInAnyOrder(peerAddress(0), peerAddress(1), peerAddress(2));
      }
      ChannelCredentials asNode = showing(certificate("node-0", "quorate:node"));
      ChannelCredentials asRoot = showing(root);
      ChannelCredentials asNoOne =
          TlsChannelCredentials.newBuilder().trustManager(trusted().toFile()).build();
      for (int node = 0; node < 3; node++) {
        String clients = cluster.address(node);
        assertThat(introduce(clients, asNode)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(status(clients, asRoot)).isEqualTo(Status.Code.OK);
        assertThat(status(clients, asNoOne))
            .as("tls.client_certificates: optional")
            .isEqualTo(Status.Code.PERMISSION_DENIED);

        String peers = peerAddress(node);
        assertThat(introduce(peers, asNode))
            .as("it is looked at")
            .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(introduce(peers, asRoot)).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(status(peers, asRoot)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(get(peers, asRoot)).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(status(peers, asNoOne))
            .as("the handshake asks for a certificate")
            .isEqualTo(Status.Code.UNAVAILABLE);
      }
    }
  }

  /** Nodes are restarted with a port for each other, one by one; the others find them there. */
  @Test
  void aClusterGoesOverToPortsForNodesWhileItServes() throws Exception {
    ChannelCredentials plaintext = InsecureChannelCredentials.create();
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient client =
            QuorateClient.builder()
                .endpoints(List.of(cluster.address(0), cluster.address(1), cluster.address(2)))
                .build()) {
      client.keyValue().put("k", "before");
      assertThat(Administration.of(client).cluster().status().nodes())
          .extracting(NodeView::peerAddress)
          .containsOnly("");
      for (int node = 0; node < 3; node++) {
        cluster.stop(node);
        cluster.start(node, withPeerPort(node));
        cluster.awaitReady(node);
        client.keyValue().put("k", "node " + node);
        String clients = cluster.address(node);
        String peers = peerAddress(node);
        await()
            .untilAsserted(
                () -> {
                  assertThat(introduce(clients, plaintext)).isEqualTo(Status.Code.UNIMPLEMENTED);
                  assertThat(status(peers, plaintext)).isEqualTo(Status.Code.UNIMPLEMENTED);
                });
      }
      assertThat(Administration.of(client).cluster().status().nodes())
          .extracting(NodeView::address)
          .containsExactlyInAnyOrder(cluster.address(0), cluster.address(1), cluster.address(2));
    }
  }

  @Test
  void aNewcomerFindsAClusterByItsPortsForNodes() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT, 2)) {
      Map<String, String> first = withPeerPort(0);
      first.put("cluster.seeds", peerAddress(0));
      cluster.start(0, first);
      cluster.awaitReady(0);
      Map<String, String> second = withPeerPort(1);
      second.put("cluster.seeds", peerAddress(0));
      second.put("cluster.join", "true");
      cluster.start(1, second);
      cluster.awaitReady(1);
      assertThatThrownBy(() -> cluster.config(0, Map.of("node.peer_address", "127.0.0.1:1")))
          .hasMessageContaining("node.peer_listen");
    }
  }
}
