package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that were never sent, since no login was had for them. */
class RefusedLoginTest {
  private final TestAuthority authority = new TestAuthority("authority");
  @TempDir private Path directory;
  private TlsOptions trusting = TlsOptions.DEFAULT;
  private FakeCluster cluster = new FakeCluster(0);

  @BeforeEach
  void start() {
    TestCertificate.Files node =
        authority.certificate("node").ip("127.0.0.1").forServers().issue().write(directory, "node");
    trusting =
        TlsOptions.DEFAULT.authorities(TestAuthority.write(directory.resolve("ca.pem"), authority));
    cluster = new FakeCluster(3, node.server());
    cluster.access.loginRefusal = Status.UNAUTHENTICATED.withDescription("wrong password");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private QuorateClient client(Credentials credentials) {
    return client(credentials, Duration.ofSeconds(5));
  }

  private QuorateClient client(Credentials credentials, Duration timeout) {
    return QuorateClient.builder()
        .endpoints(cluster.endpoints())
        .tls(trusting)
        .credentials(credentials)
        .timeout(timeout)
        .build();
  }

  @Test
  void aChangeWhoseLoginIsRefusedIsDeniedAndWasNotApplied() {
    Credentials wrong = Credentials.password("ada", "wrong");
    denied(
        wrong,
        client -> Administration.of(client).cluster().createTenant("t", TenantSettings.DEFAULT));
    denied(
        wrong,
        client -> Administration.of(client).cluster().alterTenant("t", TenantSettings.DEFAULT));
    denied(wrong, client -> client.locks().tryAcquire("l", Duration.ofSeconds(10)));
  }

  /** As nodes say it that could not read the keys of the identity provider. */
  @Test
  void ofLoginsThatNoNodeCarriesOutItsReasonAloneIsTold() {
    cluster.access.loginRefusal = Status.UNAVAILABLE.withDescription("this node has no keys");
    try (QuorateClient client = client(Credentials.password("ada", "right"))) {
      assertThatThrownBy(
              () -> Administration.of(client).cluster().createTenant("t", TenantSettings.DEFAULT))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("could not log in there: this node has no keys")
          .hasMessageNotContaining("check the endpoints");
    }
  }

  @Test
  void aChangeThatWaitsForAPasswordInVainWasNotApplied() {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Credentials silent =
        Credentials.password(
            "ada",
            () -> {
              asked.countDown();
              try {
                never.await();
              } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
              }
              return "late";
            });
    try (QuorateClient client = client(silent, Duration.ofSeconds(2))) {
      assertThatThrownBy(
              () -> Administration.of(client).cluster().createTenant("t", TenantSettings.DEFAULT))
          .isInstanceOf(UnavailableException.class)
          .satisfies(failed -> assertThat(((QuorateException) failed).mayHaveApplied()).isFalse());
      assertThat(asked.getCount()).as("the password was waited for").isZero();
    } finally {
      never.countDown();
    }
  }

  private interface Change {
    void of(QuorateClient client);
  }

  private void denied(Credentials credentials, Change change) {
    try (QuorateClient client = client(credentials)) {
      assertThatThrownBy(() -> change.of(client))
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("wrong password")
          .satisfies(failed -> assertThat(((QuorateException) failed).mayHaveApplied()).isFalse());
    }
  }
}
