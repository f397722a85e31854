package io.quorate.cli.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.tls.TestAuthority;
import io.quorate.transport.token.JwkServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The label of a node, from a server that answers as the API of Kubernetes does. */
class NodeLabelTest {
  private static final String ZONE = "topology.kubernetes.io/zone";

  private static final String NODE =
      """
      {"kind": "Node", "apiVersion": "v1",
       "metadata": {"name": "worker-1", "labels": {"topology.kubernetes.io/zone": "eu-1a"}}}
      """;

  private final TestAuthority authority = new TestAuthority("cluster");

  @TempDir private Path account;

  @BeforeEach
  void givesTheAccount() throws IOException {
    Files.writeString(account.resolve("token"), "secret\n");
    Path unused = TestAuthority.write(account.resolve("ca.crt"), authority);
  }

  private JwkServer api() throws Exception {
    JwkServer api = new JwkServer(authority);
    api.handles(
        exchange -> {
          boolean known =
              "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          boolean there = exchange.getRequestURI().getPath().equals("/api/v1/nodes/worker-1");
          String status = known ? "nodes is not found" : "Unauthorized";
          JwkServer.send(
              exchange,
              !known ? 401 : there ? 200 : 404,
              (known && there ? NODE : status).getBytes(UTF_8));
        });
    return api;
  }

  @Test
  void aLabelIsRead() throws Exception {
    try (JwkServer api = api()) {
      assertThat(NodeLabel.read(api.uri("/"), account, "worker-1", ZONE)).isEqualTo("eu-1a");
    }
  }

  @Test
  void aNodeWithoutTheLabelHasNone() throws Exception {
    try (JwkServer api = api()) {
      assertThat(NodeLabel.read(api.uri("/"), account, "worker-1", "rack")).isEmpty();
    }
  }

  @Test
  void aRefusalSaysWhyAndIsNoLabel() throws Exception {
    try (JwkServer api = api()) {
      assertThatThrownBy(() -> NodeLabel.read(api.uri("/"), account, "worker-2", ZONE))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("worker-2", "404", "not found");
      Files.writeString(account.resolve("token"), "another");
      assertThatThrownBy(() -> NodeLabel.read(api.uri("/"), account, "worker-1", ZONE))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("401", "Unauthorized")
          .hasMessageNotContaining("another");
    }
  }

  /** The token of the account is shown to no other server. */
  @Test
  void aServerOfAnotherAuthorityIsNotAsked() throws Exception {
    try (JwkServer other = new JwkServer(new TestAuthority("another"))) {
      assertThatThrownBy(() -> NodeLabel.read(other.uri("/"), account, "worker-1", ZONE))
          .isInstanceOf(SSLException.class);
      assertThat(other.asked("/api/v1/nodes/worker-1")).isZero();
    }
  }
}
