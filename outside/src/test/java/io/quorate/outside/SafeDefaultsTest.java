package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nodes that listen on all addresses of their machine without certificates; with: RolesTest. */
class SafeDefaultsTest {
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

  /** Has a node listen where strangers reach it, without a word that this is wanted. */
  static void listenOnAllAddresses(Node node) {
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
}
