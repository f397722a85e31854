package io.quorate.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.Ran;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.security.Credentials;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.JoinChoice;
import io.quorate.node.config.NodeConfig;
import io.quorate.node.config.TlsChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quorate dev --secure}: nodes and clients that know each other by certificates. */
class SecureDevTest {
  @TempDir private Path data;
  private int basePort;

  @BeforeEach
  void choosePorts() throws IOException {
    basePort = DevNodeTest.baseOfFreePorts(data);
  }

  private List<DevNode> written(int nodes) throws IOException {
    DevCertificates certificates = new DevCertificates(data);
    List<DevNode> plan = DevNode.plan(nodes, basePort, data, certificates);
    certificates.make(plan.stream().map(DevNode::number).toList());
    for (DevNode node : plan) {
      node.writeConfig();
    }
    return plan;
  }

  @Test
  void nodesRequireCertificatesAndRootHasOne() throws Exception {
    List<DevNode> plan = written(2);
    LocalNodes running = new LocalNodes();
    try {
      running.start(plan);
      assertThat(running.awaitReady(System.nanoTime() + TimeUnit.SECONDS.toNanos(60))).isTrue();
      assertThat(running.describe()).allMatch(line -> line.contains(" https 127.0.0.1:"));
      String endpoints = String.join(",", plan.getFirst().seeds());
      List<String> options = List.of(new DevCertificates(data).ofRoot().options().split(" "));
      assertThat(put(endpoints, options).exitCode()).isEqualTo(ExitCode.DONE);
      callersMayDoWhatTheyAreGranted(endpoints, options);
      assertThat(put(endpoints, List.of("--timeout", "2s")).exitCode())
          .isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(put(endpoints, options.subList(0, 2)).err())
          .contains("requires a client certificate");
    } finally {
      running.stop();
    }
  }

  private void callersMayDoWhatTheyAreGranted(String endpoints, List<String> root)
      throws IOException {
    assertThat(run(endpoints, root, "security", "whoami").out()).startsWith("user root");
    Ran init =
        Ran.command(
            "security", "init", data.resolve("certificates").toString(), "--client", "reports");
    assertThat(init.exitCode()).as(init.err()).isEqualTo(ExitCode.DONE);
    Path own = data.resolve("certificates/reports");
    List<String> reports = new ArrayList<>(root.subList(0, 2));
    reports.addAll(List.of("--tls-cert", own.resolve("client.pem").toString()));
    reports.addAll(List.of("--tls-key", own.resolve("client.key").toString()));
    Ran denied = put(endpoints, reports);
    assertThat(denied.exitCode()).as(denied.err()).isEqualTo(ExitCode.DENIED);
    assertThat(run(endpoints, root, "user", "create", "reports", "--role", "writer").exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(put(endpoints, reports).exitCode()).isEqualTo(ExitCode.DONE);
  }

  private static Ran run(String endpoints, List<String> options, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--endpoints", endpoints));
    all.addAll(options);
    return Ran.command(all.toArray(String[]::new));
  }

  private static Ran put(String endpoints, List<String> options) {
    return run(endpoints, options, "put", "k", "v");
  }

  @Test
  void aNodeThatIsAddedHasACertificateToo() throws IOException, ConfigException {
    written(3);
    assertThat(new AddedNodes(data).areSecure()).isTrue();
    DevNode fourth = new AddedNodes(data).next(JoinChoice.TRUE);
    NodeConfig.Tls tls = NodeConfig.load(fourth.configFile(), Map.of()).tls();
    assertThat(tls.mode()).isEqualTo(TlsChoice.REQUIRE);
    assertThat(NodeConfig.load(fourth.configFile(), Map.of()).security().roles()).isTrue();
    assertThat(tls.certificate()).exists();
    Credentials own = new DevCertificates(data).ofNode(4);
    assertThat(tls.certificate()).isEqualTo(own.certificate());
    assertThat(tls.key()).isEqualTo(own.key());
    assertThat(tls.authorities()).isEqualTo(own.authorities());
    assertThat(fourth.tls()).isEqualTo(own);
    assertThat(new AddedNodes(data).after(3)).containsExactly(fourth);
  }

  /** The next start of all nodes would start it, too, and end at its failure. */
  @Test
  void aNodeThatCannotBeStartedIsNotAdded() throws Exception {
    written(3);
    new DevCertificates(data).make(List.of(4));
    Files.writeString(new DevCertificates(data).ofNode(4).certificate(), "no certificate");
    try (ServerSocket up = new ServerSocket(basePort + 1, 1, InetAddress.getLoopbackAddress())) {
      assertThat(up.isBound()).isTrue();
      Ran ran = Ran.inAnotherJvm(List.of("-Xmx256m"), "dev", "add-node", "--data", "" + data);
      assertThat(ran.exitCode()).as(ran.out()).isEqualTo(ExitCode.FAILED);
      assertThat(ran.out()).contains("node-4: ", "certificate");
    }
    assertThat(data.resolve("node-4")).doesNotExist();
    assertThat(new AddedNodes(data).after(3)).isEmpty();
  }

  @Test
  void laterStartsKeepTheCertificatesThatAreThere() throws IOException {
    written(2);
    Path key = new DevCertificates(data).ofNode(1).key();
    String before = Files.readString(key);
    written(2);
    assertThat(key).content().isEqualTo(before);
  }

  @Test
  void aClusterWithoutCertificatesIsNotMadeSecureByAnotherStart() throws IOException {
    for (DevNode node : DevNode.plan(1, basePort, data)) {
      node.writeConfig();
    }
    assertThat(new AddedNodes(data).areSecure()).isFalse();
    Ran ran = Ran.command("dev", "--nodes", "1", "--secure", "--data", data.toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("was made without --secure", "give another --data");
  }

  @Test
  void anAuthorityWithoutItsKeyAddsNoNode() throws IOException {
    written(1);
    Files.delete(data.resolve("certificates/authority.key"));
    assertThatThrownBy(() -> new AddedNodes(data).next(JoinChoice.TRUE))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("authority.key");
    assertThat(data.resolve("node-2")).doesNotExist();
  }
}
