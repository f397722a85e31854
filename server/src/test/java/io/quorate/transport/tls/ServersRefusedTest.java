package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ChannelCredentials;
import io.grpc.Server;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which certificates of others a node refuses when it dials, and what it says about them. Each test
 * has a server that differs in nothing else, and is asked.
 */
class ServersRefusedTest {
  private static final TestAuthority OURS = new TestAuthority("ours");
  private final Instant now = Instant.now();

  @TempDir private Path directory;

  private final CountedCalls calls = new CountedCalls();
  private NodeWithRevocations node;
  private ChannelCredentials dialling;

  @BeforeEach
  void open() throws Exception {
    node = NodeWithRevocations.open(OURS, directory);
    dialling = node.tls().client();
  }

  private static TestCertificate server(TestAuthority authority) {
    return authority.certificate("server").ip("127.0.0.1");
  }

  private void asked(TestCertificate.Issued shown) throws Exception {
    int before = calls.answered();
    Server server = calls.serve(shown);
    try {
      CountedCalls.call(server.getPort(), dialling);
    } finally {
      server.shutdownNow();
    }
    assertThat(calls.answered()).isEqualTo(before + 1);
  }

  private void refused(TestCertificate.Issued shown, String why) throws Exception {
    int before = calls.answered();
    Server server = calls.serve(shown);
    try {
      assertThat(CountedCalls.refusal(server.getPort(), dialling)).contains(why);
    } finally {
      server.shutdownNow();
    }
    assertThat(calls.answered()).as("calls to one that is refused").isEqualTo(before);
  }

  @Test
  void oneThatHasExpired() throws Exception {
    Instant longAgo = now.minus(Duration.ofDays(9));
    asked(server(OURS).valid(longAgo, now.plusSeconds(600)).issue());
    refused(server(OURS).valid(longAgo, now.minusSeconds(1)).issue(), "NotAfter");
  }

  @Test
  void oneThatIsNotYetValid() throws Exception {
    Instant later = now.plus(Duration.ofDays(9));
    asked(server(OURS).valid(now.minusSeconds(1), later).issue());
    refused(server(OURS).valid(now.plusSeconds(600), later).issue(), "NotBefore");
  }

  @Test
  void oneForAnotherHost() throws Exception {
    asked(server(OURS).issue());
    refused(
        OURS.certificate("127.0.0.1").ip("127.0.0.2").dns("127.0.0.1").issue(),
        "No subject alternative names matching IP address 127.0.0.1 found");
  }

  @Test
  void oneThatIsForClientsOnly() throws Exception {
    asked(server(OURS).forServers().forClients().issue());
    asked(server(OURS).forServers().issue());
    refused(
        server(OURS).forClients().issue(),
        "Extended key usage does not permit use for TLS server authentication");
  }

  @Test
  void oneOfAnotherAuthority() throws Exception {
    asked(server(OURS).issue());
    refused(
        server(new TestAuthority("other")).issue(),
        "unable to find valid certification path to requested target");
    refused(server(new TestAuthority("ours")).issue(), "path");
  }

  @Test
  void oneThatIsSignedByItself() throws Exception {
    asked(server(OURS).issue());
    refused(server(OURS).selfSign(), "unable to find valid certification path to requested target");
  }

  @Test
  void oneThatIsSignedWithACertificateOfNoAuthority() throws Exception {
    asked(server(OURS.authority("between")).issue());
    refused(server(OURS.pretender("between")).issue(), "not a CA certificate");
  }

  @Test
  void oneThatIsRevoked() throws Exception {
    TestCertificate.Issued another = server(OURS).issue();
    TestCertificate.Issued shown = server(OURS).issue();
    asked(shown);
    node.revoke(OURS.revocations().of(shown.certificate()));
    refused(shown, "certificate of 'CN=server' (number ");
    refused(shown, " was revoked at ");
    asked(another);
    node.revoke(OURS.revocations());
    asked(shown);
  }

  @Test
  void oneOfARevokedAuthority() throws Exception {
    TestAuthority between = OURS.authority("between");
    TestCertificate.Issued another = server(OURS.authority("another")).issue();
    TestCertificate.Issued shown = server(between.authority("last")).issue();
    asked(shown);
    node.revoke(OURS.revocations().of(between.certificate()));
    refused(shown, "certificate of 'CN=between' (number ");
    asked(another);
  }
}
