package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.security.Authority;
import io.quorate.cli.security.CertificateDirectory;
import io.quorate.cli.security.Credentials;
import io.quorate.cli.security.NodeHosts;
import io.quorate.node.QuorateNode;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of containers, against a node whose certificate names another host than loopback. */
class HealthCheckTest {
  private static final int PORT = 17_640;
  private static final int HTTP_PORT = 17_641;
  private static final NodeHosts HOST = NodeHosts.parse("node-1");

  @TempDir private Path directory;

  private Credentials made(String name) throws IOException {
    Instant now = Instant.now();
    CertificateDirectory files = new CertificateDirectory(directory.resolve(name));
    Authority authority = files.createAuthority(name, now);
    return files.add(authority, HOST, now, Duration.ofDays(1));
  }

  @Test
  void aReadyNodeOfTheAuthorityIsWell() throws Exception {
    Credentials own = made("own");
    Path other = made("other").authorities();
    NodeConfig config =
        NodeConfig.of(
            Map.of(
                "node.data_dir", directory.resolve("data").toString(),
                "node.address", "node-1:" + PORT,
                "node.listen", "127.0.0.1:" + PORT,
                "http.listen", "127.0.0.1:" + HTTP_PORT,
                "tls.certificate", own.certificate().toString(),
                "tls.key", own.key().toString(),
                "tls.authorities", own.authorities().toString()));
    try (QuorateNode node = QuorateNode.start(config)) {
      assertThat(node.awaitReady(Duration.ofSeconds(60))).isTrue();
      assertThat(HealthCheck.isReady("127.0.0.1", HTTP_PORT, own.authorities())).isTrue();
      assertThatThrownBy(() -> HealthCheck.isReady("127.0.0.1", HTTP_PORT, other))
          .isInstanceOf(SSLException.class);
    }
    assertThatThrownBy(() -> HealthCheck.isReady("127.0.0.1", HTTP_PORT, own.authorities()))
        .isInstanceOf(IOException.class);
  }
}
