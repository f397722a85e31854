package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.AnyCallers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which certificates of callers a node refuses, on its gRPC port, and by which alert of TLS (RFC
 * 8446, section 6.2) it says so. Each test has a caller that differs in nothing else, and is
 * served.
 */
class CallersRefusedTest {
  private static final TestAuthority OURS = new TestAuthority("ours");
  private final Instant now = Instant.now();

  @TempDir private Path directory;

  private final TestLane lane = new TestLane();
  private final ExecutorService handshakes = Executors.newSingleThreadExecutor();
  private final CountedCalls calls = new CountedCalls();
  private NodeWithRevocations node;
  private GrpcServer server;

  @BeforeEach
  void serve() throws Exception {
    node = NodeWithRevocations.open(OURS, directory);
    server =
        GrpcServer.start(
            lane.loops(),
            "127.0.0.1",
            0,
            node.tls().server(handshakes, AnyHandshakes.on(lane.lane()), event -> {}),
            AnyCallers.all(),
            RequestLimits.DEFAULT,
            ConnectionLimits.DEFAULT,
            address -> false,
            event -> {},
            List.of(calls.bindService()));
  }

  @AfterEach
  void close() {
    server.close();
    handshakes.shutdown();
    lane.close();
  }

  private static TestCertificate caller(TestAuthority authority) {
    return authority.certificate("caller");
  }

  private void served(TestCertificate.Issued caller) throws Exception {
    int before = calls.answered();
    CountedCalls.call(server.port(), CountedCalls.showing(caller, node.files().authorities()));
    assertThat(calls.answered()).isEqualTo(before + 1);
  }

  private void refused(TestCertificate.Issued caller, String alert) throws Exception {
    int before = calls.answered();
    assertThat(
            CountedCalls.refusal(
                server.port(), CountedCalls.showing(caller, node.files().authorities())))
        .containsIgnoringCase(alert);
    assertThat(calls.answered()).as("calls of one that is refused").isEqualTo(before);
  }

  @Test
  void oneThatHasExpired() throws Exception {
    Instant longAgo = now.minus(Duration.ofDays(9));
    served(caller(OURS).valid(longAgo, now.plusSeconds(600)).issue());
    refused(caller(OURS).valid(longAgo, now.minusSeconds(1)).issue(), "certificate_expired");
  }

  @Test
  void oneThatIsNotYetValid() throws Exception {
    Instant later = now.plus(Duration.ofDays(9));
    served(caller(OURS).valid(now.minusSeconds(1), later).issue());
    refused(caller(OURS).valid(now.plusSeconds(600), later).issue(), "certificate");
  }

  @Test
  void oneThatIsSignedByItself() throws Exception {
    served(caller(OURS).issue());
    refused(caller(OURS).selfSign(), "unknown_ca");
    // Nor does the name of the authority make it one of the authority.
    refused(OURS.certificate("ours").selfSign(), "bad_certificate");
  }

  @Test
  void oneOfAnotherAuthority() throws Exception {
    served(caller(OURS).issue());
    refused(caller(new TestAuthority("other")).issue(), "unknown_ca");
    refused(caller(new TestAuthority("ours")).issue(), "bad_certificate");
  }

  @Test
  void oneThatIsForServersOnly() throws Exception {
    served(caller(OURS).forServers().forClients().issue());
    served(caller(OURS).forClients().issue());
    refused(caller(OURS).forServers().issue(), "bad_certificate");
  }

  @Test
  void oneThatIsSignedWithACertificateOfNoAuthority() throws Exception {
    served(caller(OURS.authority("between")).issue());
    refused(caller(OURS.pretender("between")).issue(), "bad_certificate");
  }

  @Test
  void oneWhoseAuthorityIsNotShown() throws Exception {
    TestCertificate.Issued whole = caller(OURS.authority("between")).issue();
    served(whole);
    refused(new TestCertificate.Issued(whole.certificate(), whole.key()), "unknown_ca");
  }

  /** Netty's limit; the JDK has none for a chain that is complete and in order. */
  @Test
  void oneWithMoreThanTenCertificatesInItsChain() throws Exception {
    TestAuthority ninth = OURS;
    for (int i = 1; i <= 9; i++) {
      ninth = ninth.authority("authority " + i);
    }
    served(caller(ninth).issue());
    refused(caller(ninth.authority("authority 10")).issue(), "unknown_ca");
  }

  @Test
  void oneThatIsRevoked() throws Exception {
    TestCertificate.Issued another = caller(OURS).issue();
    TestCertificate.Issued caller = caller(OURS).issue();
    served(caller);
    node.revoke(OURS.revocations().of(caller.certificate()));
    refused(caller, "certificate_revoked");
    served(another);
    node.revoke(OURS.revocations());
    served(caller);
  }

  @Test
  void oneOfARevokedAuthority() throws Exception {
    TestAuthority between = OURS.authority("between");
    TestCertificate.Issued another = caller(OURS.authority("another")).issue();
    TestCertificate.Issued caller = caller(between.authority("last")).issue();
    served(caller);
    node.revoke(OURS.revocations().of(between.certificate()));
    refused(caller, "certificate_revoked");
    served(another);
  }

  /** The caller need not show an authority that the node trusts by itself. */
  @Test
  void oneOfARevokedAuthorityThatIsAmongThoseOfTheNode() throws Exception {
    TestAuthority between = OURS.authority("between");
    TestAuthority.write(node.files().authorities(), OURS, between);
    node.renew();
    TestCertificate.Issued whole = caller(between).issue();
    TestCertificate.Issued caller = new TestCertificate.Issued(whole.certificate(), whole.key());
    served(caller);
    node.revoke(OURS.revocations().of(between.certificate()));
    refused(caller, "unknown_ca");
    refused(whole, "certificate_revoked");
    served(caller(OURS).issue());
  }

  /** A list of an authority in between, which the node knows if that is among its own. */
  @Test
  void oneThatIsRevokedByAnAuthorityInBetween() throws Exception {
    TestAuthority between = OURS.authority("between");
    TestAuthority.write(node.files().authorities(), OURS, between);
    TestCertificate.Issued another = caller(between).issue();
    TestCertificate.Issued caller = caller(between).issue();
    served(caller);
    node.revoke(OURS.revocations(), between.revocations().of(caller.certificate()));
    refused(caller, "certificate_revoked");
    served(another);
  }
}
