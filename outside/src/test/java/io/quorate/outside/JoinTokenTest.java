package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Who has the certificate of a member does not bring another node into the cluster, until an
 * operator gives a join token.
 */
class JoinTokenTest {
  private static final Duration WITHIN = Duration.ofSeconds(30);

  @Test
  void aNodeWithTheCertificateOfAMemberJoinsWithATokenOnly() throws Exception {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1")) {
      Path made = nodes.directory().resolve("made");
      CommandLine.Result init =
          nodes.commandLine().quorate("security", "init", made.toString(), "--node", "127.0.0.1");
      assertThat(init.code()).as(init.toString()).isZero();
      Node member = nodes.node(0);
      secure(member, made);
      nodes.start();
      CommandLine operator = operator(nodes, made);

      Node thief = nodes.joining();
      secure(thief, made);
      thief.start();
      Waiting.until(
          WITHIN,
          () -> thief.log().contains("it asks for a join token"),
          () -> "it was not told to show a token\n" + thief.lastLines());
      assertThat(thief.log()).contains("quorate cluster token create", "cluster.join_token_file");
      assertThat(member.log()).contains("it shows no join token", thief.address());
      SideBySide.run(
          thief::stop,
          () -> {
            String status = operator.quorate("cluster", "status", "--json").outText();
            assertThat(status).contains(member.address()).doesNotContain(thief.address());
          });

      CommandLine.Result created = operator.quorate("cluster", "token", "create", "--ttl", "5m");
      assertThat(created.code()).as(created.toString()).isZero();
      String token = created.outText().strip();
      assertThat(token).matches("[0-9a-f]{8}\\.[0-9a-f]{32}");
      String secret = token.substring(9);
      Path file = Files.writeString(nodes.directory().resolve("token"), token + "\n");
      thief.set("QUORATE_CLUSTER_JOIN_TOKEN_FILE", file.toString());
      thief.start();
      Waiting.until(WITHIN, thief::isReady, () -> "it was not taken in\n" + thief.lastLines());
      assertThat(operator.quorate("cluster", "status", "--json").outText())
          .contains(thief.address());
      for (Node node : nodes.all()) {
        assertThat(node.log()).as("the secret is told once").doesNotContain(secret);
      }
      nothingOnDiskHas(secret, nodes);
    }
  }

  private static void nothingOnDiskHas(String secret, Nodes nodes) throws IOException {
    SideBySide.run(
        nodes.all().stream()
            .map(node -> (SideBySide.Work) node::stop)
            .toArray(SideBySide.Work[]::new));
    for (Node node : nodes.all()) {
      CommandLine.Result found =
          CommandLine.system("bash", "-c", "grep -rl " + secret + " " + node.data() + " || true");
      assertThat(found.outText()).isBlank();
    }
  }

  private static void secure(Node node, Path made) {
    Path files = made.resolve("127.0.0.1");
    node.set("QUORATE_TLS_CERTIFICATE", files.resolve("node.pem").toString())
        .set("QUORATE_TLS_KEY", files.resolve("node.key").toString())
        .set("QUORATE_TLS_AUTHORITIES", files.resolve("authorities.pem").toString())
        .set("QUORATE_HTTP_LISTEN", "off");
  }

  private static CommandLine operator(Nodes nodes, Path made) {
    Path root = made.resolve("root");
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", root.resolve("authorities.pem").toString())
        .with("QUORATE_CLIENT_TLS_CERT", root.resolve("client.pem").toString())
        .with("QUORATE_CLIENT_TLS_KEY", root.resolve("client.key").toString());
  }
}
