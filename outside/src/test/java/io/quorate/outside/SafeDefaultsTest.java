package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Nodes that let callers do more than they need to say so: they listen on all addresses of their
 * machine without certificates, or do not look at grants. Those that do not: RolesTest.
 */
class SafeDefaultsTest {
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

  /**
   * What is asked is about grants, and not about time: three commands start beside each other, at a
   * node that has just started, and the machine may do other work.
   */
  private static final String PATIENCE = "30s";

  private static CommandLine.Result patiently(CommandLine command, String... words) {
    String[] all = Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--timeout";
    all[words.length + 1] = PATIENCE;
    return command.quorate(all);
  }

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
      SideBySide.run(
          () -> {
            CommandLine.Result status = patiently(nodes.commandLine(), "cluster", "status");
            assertThat(status.outText().lines().filter(line -> line.startsWith("insecure: node ")))
                .singleElement()
                .matches(SafeDefaultsTest::isTold);
          },
          () -> {
            CommandLine.Result doctor = patiently(nodes.commandLine(), "doctor", "--json");
            assertThat(doctor.code()).isEqualTo(1);
            assertThat(doctor.outText())
                .contains("node-insecure")
                .matches(SafeDefaultsTest::isTold);
          });
    }
  }

  @Test
  void aNodeThatRequiresCertificatesLooksAtGrantsUnlessThatIsNotWanted() {
    try (Nodes nodes = Nodes.onHosts("127.0.0.1")) {
      Path made = nodes.directory().resolve("made");
      CommandLine.Result init =
          nodes
              .commandLine()
              .quorate(
                  "security",
                  "init",
                  made.toString(),
                  "--node",
                  "127.0.0.1",
                  "--client",
                  "reports");
      assertThat(init.code()).as(init.toString()).isZero();
      Node node = nodes.node(0);
      Path own = made.resolve("127.0.0.1");
      node.set("QUORATE_TLS_CERTIFICATE", own.resolve("node.pem").toString())
          .set("QUORATE_TLS_KEY", own.resolve("node.key").toString())
          .set("QUORATE_TLS_AUTHORITIES", own.resolve("authorities.pem").toString())
          .set("QUORATE_HTTP_LISTEN", "off");
      CommandLine root = as(nodes, made.resolve("root"));
      CommandLine reports = as(nodes, made.resolve("reports"));
      nodes.start();
      SideBySide.run(
          () -> {
            CommandLine.Result put = patiently(root, "put", "k", "v");
            assertThat(put.code()).as(put.toString()).isZero();
          },
          () -> {
            CommandLine.Result denied = patiently(reports, "get", "k");
            assertThat(denied.code()).as(denied.toString()).isEqualTo(7);
          },
          () ->
              assertThat(patiently(root, "cluster", "status").outText())
                  .contains(node.address())
                  .doesNotContain("security.roles"),
          () ->
              assertThat(patiently(root, "doctor", "--json").outText())
                  .startsWith("{")
                  .doesNotContain("roles-off"));
      assertThat(node.log()).doesNotContain("does not look at users and grants");

      node.stop();
      node.set("QUORATE_SECURITY_ROLES", "off");
      nodes.start();
      assertThat(node.log().lines())
          .filteredOn(line -> line.contains("WARN") && line.contains("security.roles: off"))
          .hasSize(1);
      SideBySide.run(
          () -> {
            CommandLine.Result allowed = patiently(reports, "get", "k");
            assertThat(allowed.code()).as(allowed.toString()).isZero();
          },
          () ->
              assertThat(patiently(reports, "cluster", "status").outText())
                  .contains("security.roles is off: node "),
          () -> {
            CommandLine.Result doctor = patiently(reports, "doctor", "--json");
            assertThat(doctor.code()).as(doctor.toString()).isEqualTo(1);
            assertThat(doctor.outText()).contains("roles-off");
          });
    }
  }

  private static CommandLine as(Nodes nodes, Path files) {
    return nodes
        .commandLine()
        .with("QUORATE_CLIENT_TLS_CA", files.resolve("authorities.pem").toString())
        .with("QUORATE_CLIENT_TLS_CERT", files.resolve("client.pem").toString())
        .with("QUORATE_CLIENT_TLS_KEY", files.resolve("client.key").toString());
  }

  private static boolean isTold(String text) {
    return text.contains("takes connections without TLS at 0.0.0.0:");
  }
}
