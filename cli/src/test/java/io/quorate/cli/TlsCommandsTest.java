package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.proto.v1.GetStatusResponse;
import io.quorate.proto.v1.NodeStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of TLS, against a node that speaks it and requires a certificate. */
class TlsCommandsTest {
  private final TestAuthority authority = new TestAuthority("authority");

  @Test
  void commandsConnectByTheirCertificate(@TempDir Path directory) {
    Path ca = TestAuthority.write(directory.resolve("ca.pem"), authority);
    TestCertificate.Files own = authority.certificate("operator").issue().write(directory, "own");
    try (FakeCluster cluster = new FakeCluster(node(directory, "127.0.0.1").serverFor(ca))) {
      List<String> trusting = List.of("--tls-ca", ca.toString());
      List<String> known =
          List.of(
              "--tls-ca",
              ca.toString(),
              "--tls-cert",
              own.certificate().toString(),
              "--tls-key",
              own.key().toString());
      assertThat(run(cluster, known, "put", "k", "v").exitCode()).isEqualTo(ExitCode.DONE);
      assertThat(run(cluster, known, "get", "k").out().strip()).isEqualTo("v");
      assertThat(run(cluster, known, "cluster", "status").exitCode()).isEqualTo(ExitCode.DONE);
      // Asks each node by itself.
      assertThat(run(cluster, known, "repair", "--verify").exitCode()).isEqualTo(ExitCode.DONE);

      Ran unknown = run(cluster, trusting, "get", "k");
      assertThat(unknown.exitCode()).isEqualTo(ExitCode.DENIED);
      assertThat(unknown.err())
          .contains(cluster.endpoint() + ": requires a client certificate")
          .contains("see --tls, --tls-ca, --tls-cert and --tls-key")
          .doesNotContain("endpoints", "--tls-server-name");
      for (Ran read :
          List.of(
              run(cluster, trusting, "scan", "k"),
              run(cluster, trusting, "delete", "--prefix", "k", "--yes"))) {
        assertThat(read.exitCode()).isEqualTo(ExitCode.DENIED);
        assertThat(read.err()).contains("requires a client certificate");
      }
      Ran directly = run(cluster, trusting, "cluster", "status", "--json");
      assertThat(directly.exitCode()).isEqualTo(ExitCode.DENIED);
      assertThat(directly.err()).contains("\"code\":\"tls\"").doesNotContain("endpoints");
      Ran distrusting = run(cluster, List.of("--tls"), "get", "k");
      assertThat(distrusting.exitCode()).isEqualTo(ExitCode.DENIED);
      assertThat(distrusting.err())
          .contains("its certificate is not trusted by the authorities of the JDK");
      Ran plaintext = run(cluster, List.of("--timeout", "2s"), "get", "k");
      assertThat(plaintext.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(plaintext.err()).contains("if it expects TLS, this client must use it, too");
    }
  }

  /** As if the user might not ask it. */
  @Test
  void aNodeThatTlsKeepsACommandFromIsNamed(@TempDir Path directory) {
    Path ca = TestAuthority.write(directory.resolve("ca.pem"), authority);
    TestCertificate.Files foreign =
        new TestAuthority("another")
            .certificate("node")
            .ip("127.0.0.1")
            .issue()
            .write(directory, "foreign");
    try (FakeCluster cluster = new FakeCluster(node(directory, "127.0.0.1").server());
        FakeCluster distrusted = new FakeCluster(foreign.server())) {
      cluster.moreStatus =
          GetStatusResponse.newBuilder()
              .addNodes(NodeStatus.newBuilder().setId(0xB).setAddress(distrusted.endpoint()))
              .build();
      List<String> trusting = List.of("--tls-ca", ca.toString());
      for (String command : List.of("hints list", "repair status", "log levels", "tenant size")) {
        Ran ran = run(cluster, trusting, command.split(" "));
        assertThat(ran.err())
            .as(command)
            .contains("at " + distrusted.endpoint() + " could not be asked");
        assertThat(ran.exitCode()).as(command).isEqualTo(ExitCode.DENIED);
      }
    }
  }

  /** It is the wrong endpoint, perhaps, or the nodes are about to get TLS. */
  @Test
  void nodesThatDoNotSpeakTlsAreAskedAgainLater() {
    try (FakeCluster cluster = new FakeCluster()) {
      Ran ran = run(cluster, List.of("--tls"), "get", "k");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(ran.err()).contains("does not speak TLS", "check the endpoints");
    }
  }

  @Test
  void nameIsExpectedInPlaceOfTheAddress(@TempDir Path directory) {
    Path ca = TestAuthority.write(directory.resolve("ca.pem"), authority);
    try (FakeCluster cluster = new FakeCluster(node(directory, "10.0.0.1").server())) {
      List<String> trusting = List.of("--tls-ca", ca.toString());
      assertThat(run(cluster, trusting, "put", "k", "v").err())
          .contains("its certificate is for 10.0.0.1, not for 127.0.0.1")
          .contains("; see --tls-server-name")
          .doesNotContain("--tls-ca");
      assertThat(
              run(cluster, trusting, "put", "k", "v", "--tls-server-name", "10.0.0.1").exitCode())
          .isEqualTo(ExitCode.DONE);
    }
  }

  @Test
  void optionsThatDoNotFitAreRefusedAtOnce(@TempDir Path directory) {
    TestCertificate.Files own = authority.certificate("operator").issue().write(directory, "own");
    refused("--tls-cert needs --tls-key", "--tls-cert", own.certificate().toString());
    refused("--tls-key needs --tls-cert", "--tls-key", own.key().toString());
    Path missing = directory.resolve("missing.pem");
    refused("there is no file " + missing, "--tls-ca", missing.toString());
  }

  private static void refused(String why, String... options) {
    List<String> command = new ArrayList<>(List.of("get", "k"));
    command.addAll(List.of(options));
    Ran ran = Ran.command(command.toArray(String[]::new));
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(why);
  }

  private TestCertificate.Files node(Path directory, String address) {
    return authority.certificate("node").ip(address).issue().write(directory, "node");
  }

  private static Ran run(FakeCluster cluster, List<String> options, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--endpoints", cluster.endpoint()));
    all.addAll(options);
    return Ran.command(all.toArray(String[]::new));
  }
}
