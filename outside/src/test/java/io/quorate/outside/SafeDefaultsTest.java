package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nodes that listen on all addresses of their machine, with and without certificates. */
class SafeDefaultsTest {
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  /** Has a node listen where strangers reach it, without a word that this is wanted. */
  private static void listenOnAllAddresses(Node node) {
    String port = node.address().substring(node.address().lastIndexOf(':'));
    node.set("QUORATE_NODE_LISTEN", "0.0.0.0" + port).set("QUORATE_SECURITY_INSECURE", "false");
  }

  @Test
  void aNodeThatStrangersReachDoesNotStartUnlessThatIsWanted() {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1")) {
      Node node = nodes.node(0);
      listenOnAllAddresses(node);
      node.start();
      assertThat(node.awaitExit(ENDS_WITHIN)).isEqualTo(2);
      assertThat(node.log())
          .contains("QUORATE_NODE_LISTEN: the node takes connections without TLS at 0.0.0.0:")
          .contains("Set tls.certificate")
          .contains("security.insecure: true");
      assertThat(node.data()).doesNotExist();

      node.set("QUORATE_SECURITY_INSECURE", "true");
      nodes.start();
      assertThat(node.log().lines().filter(line -> line.contains("WARN") && isTold(line)))
          .hasSize(1);
      CommandLine.Result status = nodes.commandLine().quorate("cluster", "status");
      assertThat(status.outText().lines().filter(line -> line.startsWith("insecure: node ")))
          .singleElement()
          .matches(SafeDefaultsTest::isTold);
      CommandLine.Result doctor = nodes.commandLine().quorate("doctor", "--json");
      assertThat(doctor.code()).isEqualTo(1);
      assertThat(doctor.outText()).contains("node-insecure").matches(SafeDefaultsTest::isTold);
    }
  }

  private static boolean isTold(String text) {
    return text.contains("takes connections without TLS at 0.0.0.0:");
  }

  @Test
  void withTheCertificatesOfOneCommandNodesMayListenAnywhere() {
    try (Nodes nodes = Nodes.onHosts("localhost", "localhost", "localhost")) {
      Path made = nodes.directory().resolve("made");
      CommandLine.Result init =
          nodes
              .commandLine()
              .quorate("security", "init", made.toString(), "--node", "localhost+127.0.0.1");
      assertThat(init.code()).as(init.toString()).isZero();
      Path node = made.resolve("localhost");
      nodes
          .set("QUORATE_TLS_CERTIFICATE", node.resolve("node.pem").toString())
          .set("QUORATE_TLS_KEY", node.resolve("node.key").toString())
          .set("QUORATE_TLS_AUTHORITIES", node.resolve("authorities.pem").toString())
          .set("QUORATE_HTTP_LISTEN", "off");
      nodes.all().forEach(SafeDefaultsTest::listenOnAllAddresses);
      nodes.all().forEach(Node::start);

      Path client = made.resolve("client");
      CommandLine known =
          nodes
              .commandLine()
              .with("QUORATE_CLIENT_TLS_CA", client.resolve("authorities.pem").toString())
              .with("QUORATE_CLIENT_TLS_CERT", client.resolve("client.pem").toString())
              .with("QUORATE_CLIENT_TLS_KEY", client.resolve("client.key").toString());
      Waiting.until(
          READY_WITHIN,
          () -> known.quorate("put", "k", "v").code() == 0,
          () -> known.quorate("put", "k", "v") + "\n" + nodes.node(0).lastLines());
      CommandLine.Result doctor = known.quorate("doctor", "--json");
      assertThat(doctor.code()).as(doctor.toString()).isZero();
      CommandLine.Result stranger =
          nodes
              .commandLine()
              .quorate(
                  "get",
                  "k",
                  "--tls-ca",
                  client.resolve("authorities.pem").toString(),
                  "--timeout",
                  "5s");
      assertThat(stranger.code()).as(stranger.toString()).isNotZero();
    }
  }
}
