package io.quorate.node;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.Action;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.CallerIdentity;
import io.quorate.client.admin.Grant;
import io.quorate.client.admin.Grantee;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.admin.ReloadedFile;
import io.quorate.client.admin.ReloadedFile.Result;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.client.tls.TestRevocations;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.LocksGrpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes with TLS: formed with it, and brought to it while they run. */
class TlsOnRealNodesTest {
  private static final int FIRST_PORT = 17_690;

  /** The load goes on while files are read again, which takes seconds: it need not be dense. */
  private static final long BETWEEN_CALLS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final TestAuthority OTHER = new TestAuthority("other");

  @TempDir private Path directory;

  private Map<String, String> settings(String mode, TestAuthority issuer, int node) {
    TestCertificate.Files files =
        issuer
            .certificate("node-" + node)
            .ip("127.0.0.1")
            .uri("quorate:node")
            .issue()
            .write(directory, issuer.certificate().getSubjectX500Principal().getName() + node);
    Map<String, String> settings = new HashMap<>();
    settings.put("tls.mode", mode);
    settings.put("tls.certificate", files.certificate().toString());
    settings.put("tls.key", files.key().toString());
    settings.put("tls.authorities", trusted().toString());
    return settings;
  }

  private Path trusted() {
    return TestAuthority.write(directory.resolve("ca.pem"), OURS);
  }

  private static TestCertificate.Issued ofUser(String user) {
    return OURS.certificate(user).uri("quorate:user/" + user).issue();
  }

  private ChannelCredentials client(String user) throws IOException {
    TestCertificate.Files own = ofUser(user).write(directory, user);
    return TlsChannelCredentials.newBuilder()
        .trustManager(trusted().toFile())
        .keyManager(own.certificate().toFile(), own.key().toFile())
        .build();
  }

  /** A majority of the nodes has to hear each other for this. */
  private static long acquire(RealCluster cluster, int node, ChannelCredentials credentials) {
    ManagedChannel channel = Grpc.newChannelBuilder(cluster.address(node), credentials).build();
    try {
      return LocksGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .acquireLock(
              AcquireLockRequest.newBuilder()
                  .setName("door")
                  .setOwner("a")
                  .setTtlMs(60_000)
                  .build())
          .getGranted()
          .getToken();
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean isDenied(RealCluster cluster, int node, ChannelCredentials credentials) {
    try {
      long unused = acquire(cluster, node, credentials);
      return false;
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      return true;
    }
  }

  @Test
  void nodesWithCertificatesFormAClusterThatAStrangerIsNotOf() throws Exception {
    int httpPort = FIRST_PORT + 9;
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT, 3)) {
      Map<String, String> first = settings("require", OURS, 0);
      first.put("http.listen", "127.0.0.1:" + httpPort);
      cluster.start(0, first);
      cluster.start(1, settings("require", OURS, 1));
      // Its own authorities are others, so it is let in by none.
      Map<String, String> stranger = settings("require", OTHER, 2);
      stranger.put(
          "tls.authorities",
          TestAuthority.write(directory.resolve("other.pem"), OTHER, OURS).toString());
      cluster.start(2, stranger);
      assertThat(cluster.node(2).awaitReady(Duration.ofSeconds(3))).isFalse();
      assertThat(cluster.node(0).readiness().ready()).isFalse();

      cluster.stop(2);
      cluster.start(2, settings("require", OURS, 2));
      for (int i = 0; i < 3; i++) {
        cluster.awaitReady(i);
      }
      long token = acquire(cluster, 0, client("root"));
      assertThat(acquire(cluster, 2, client("root"))).isEqualTo(token);
      ChannelCredentials withoutCertificate =
          TlsChannelCredentials.newBuilder().trustManager(trusted().toFile()).build();
      assertThatThrownBy(() -> acquire(cluster, 1, withoutCertificate))
          .isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> acquire(cluster, 1, InsecureChannelCredentials.create()))
          .isInstanceOf(StatusRuntimeException.class);

      assertThat(scraped("https://127.0.0.1:" + httpPort + "/metrics"))
          .contains("quorate_certificate_expiry_seconds");
      assertThatThrownBy(() -> scraped("http://127.0.0.1:" + httpPort + "/metrics"))
          .isInstanceOf(IOException.class);
    }
  }

  /** As the page on TLS says: users and their grants are there before they are looked at. */
  @Test
  void aClusterGoesOverToTlsNodeByNode() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT + 20, 3)) {
      try (QuorateClient operator = QuorateClient.builder().endpoints(cluster.address(0)).build()) {
        Access access = Administration.of(operator).access();
        access.createUser("jobs", List.of());
        access.grant(Grantee.user("jobs"), Grant.of(Action.LOCK));
      }
      long token = acquire(cluster, 0, InsecureChannelCredentials.create());
      for (String mode : List.of("allow", "prefer", "require")) {
        for (int node = 0; node < 3; node++) {
          cluster.stop(node);
          cluster.start(node, settings(mode, OURS, node));
          cluster.awaitReady(node);
          ChannelCredentials plaintext = InsecureChannelCredentials.create();
          int another = (node + 1) % 3;
          boolean stillTakesPlaintext = !mode.equals("require");
          boolean takesTlsAlready = !mode.equals("allow") || another <= node;
          if (stillTakesPlaintext) {
            assertThat(acquire(cluster, another, plaintext)).isEqualTo(token);
          }
          if (takesTlsAlready) {
            assertThat(acquire(cluster, another, client("jobs"))).isEqualTo(token);
            boolean looksAtGrants = mode.equals("require") && another <= node;
            assertThat(isDenied(cluster, another, client("stranger"))).isEqualTo(looksAtGrants);
          }
        }
        if (mode.equals("prefer")) {
          aUserIsToldWhatWouldCount(cluster.address(0));
        }
      }
      assertThatThrownBy(() -> acquire(cluster, 0, InsecureChannelCredentials.create()))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  private void aUserIsToldWhatWouldCount(String address) {
    try (QuorateClient jobs = connected(client("whoami", ofUser("jobs")), List.of(address))) {
      CallerIdentity own = Administration.of(jobs).access().whoAmI();
      assertThat(own.isEnforced()).isFalse();
      assertThat(own.isKnown()).isTrue();
      assertThat(own.grants()).containsExactly(Grant.of(Action.LOCK));
    }
  }

  /** Without it the node would show the new certificate within 10 s only. */
  @Test
  void aNodeThatIsAskedToReadsItsCertificatesAtOnce() throws Exception {
    Map<String, String> settings = settings("require", OURS, 0);
    Path certificate = Path.of(settings.get("tls.certificate"));
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT + 60, 1)) {
      cluster.start(0, settings);
      cluster.awaitReady(0);
      String address = cluster.address(0);
      TlsOptions operator = client("operator", ofUser("root"));
      try (QuorateClient open = connected(operator, List.of(address))) {
        NodeMaintenance node = Administration.of(open).maintenance(address);
        assertThat(results(node.reloadCertificates()))
            .containsExactly(Result.UNCHANGED, Result.UNCHANGED, Result.UNCHANGED);

        TestCertificate.Issued next =
            OURS.certificate("next").ip("127.0.0.1").uri("quorate:node").issue();
        TestCertificate.Files files = next.write(directory, "next");
        Files.copy(files.key(), Path.of(settings.get("tls.key")), REPLACE_EXISTING);
        List<ReloadedFile> broken = node.reloadCertificates();
        assertThat(results(broken)).containsOnly(Result.REFUSED);
        assertThat(broken.get(0).why()).contains("tls.certificate", "tls.key");
        assertThat(toPutRight(open, address)).contains("it would not start", "tls.key");
        assertThat(shownBy(address)).doesNotContain("CN=next");

        Files.copy(files.certificate(), certificate, REPLACE_EXISTING);
        List<ReloadedFile> taken = node.reloadCertificates();
        assertThat(results(taken)).containsExactly(Result.TAKEN, Result.TAKEN, Result.UNCHANGED);
        assertThat(toPutRight(open, address)).isEmpty();
        assertThat(taken.get(0).ends()).isEqualTo(next.certificate().getNotAfter().toInstant());
        assertThat(shownBy(address)).contains("CN=next");

        TestCertificate.Issued elsewhere =
            OURS.certificate("elsewhere")
                .ip("127.0.0.1")
                .uri("quorate://00000000000000ff/node/" + cluster.node(0).id())
                .issue();
        Files.write(
            certificate, Files.readAllBytes(elsewhere.write(directory, "else").certificate()));
        Files.copy(
            directory.resolve("else.key"), Path.of(settings.get("tls.key")), REPLACE_EXISTING);
        List<ReloadedFile> ofAnother = node.reloadCertificates();
        assertThat(results(ofAnother))
            .as("the cluster is new to the node")
            .contains(Result.REFUSED);
        assertThat(ofAnother.get(0).why()).contains("quorate://00000000000000ff/node/");
        assertThat(shownBy(address)).contains("CN=next");
        Files.copy(files.key(), Path.of(settings.get("tls.key")), REPLACE_EXISTING);

        Files.writeString(certificate, "cut off");
        List<ReloadedFile> unreadable = node.reloadCertificates();
        assertThat(results(unreadable))
            .containsExactly(Result.REFUSED, Result.HELD_BACK, Result.HELD_BACK);
        assertThat(unreadable.get(0).path()).isEqualTo(certificate.toString());
        assertThat(shownBy(address)).contains("CN=next");
      }
    }
  }

  /** What the node says of itself to those who ask for its status. */
  private static String toPutRight(QuorateClient client, String address) {
    return Administration.of(client).cluster().statusOf(address).report().certificatesReason();
  }

  private static List<Result> results(List<ReloadedFile> files) {
    return files.stream().map(ReloadedFile::result).toList();
  }

  /** Returns the subject of the certificate that a node shows to a new connection. */
  private String shownBy(String address) throws Exception {
    int colon = address.lastIndexOf(':');
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null);
    keys.setCertificateEntry("ours", OURS.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))) {
      socket.startHandshake();
      return String.valueOf(socket.getSession().getPeerPrincipal());
    }
  }

  /** The one that is revoked goes on with the connection that it has, as the page on TLS says. */
  @Test
  void aRevokedClientIsRefusedAtItsNextConnectionWhileAnotherGoesOn() throws Exception {
    TestCertificate.Issued revoked = OURS.certificate("revoked").uri("quorate:user/root").issue();
    TlsOptions thief = client("thief", revoked);
    Path lists = TestRevocations.write(directory.resolve("revoked.pem"), OURS.revocations());
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT + 40, 3)) {
      for (int node = 0; node < 3; node++) {
        Map<String, String> settings = settings("require", OURS, node);
        settings.put("tls.revoked", lists.toString());
        cluster.start(node, settings);
      }
      for (int node = 0; node < 3; node++) {
        cluster.awaitReady(node);
      }
      List<String> all = List.of(cluster.address(0), cluster.address(1), cluster.address(2));
      TlsOptions honest = client("client", ofUser("root"));
      try (QuorateClient open = connected(thief, all);
          SteadyWriters writers =
              new SteadyWriters(connected(honest, all), 100, BETWEEN_CALLS_NANOS)) {
        var unused = open.keyValue().put("stolen", "1");
        Path next =
            TestRevocations.write(
                directory.resolve("next.pem"), OURS.revocations().of(revoked.certificate()));
        Files.move(next, lists, StandardCopyOption.ATOMIC_MOVE);
        for (String address : all) {
          await()
              .atMost(Duration.ofSeconds(30))
              .pollInterval(Duration.ofMillis(500))
              .untilAsserted(
                  () ->
                      assertThatThrownBy(() -> connects(thief, address))
                          .hasMessageContaining("certificate_revoked"));
          connects(honest, address);
        }
        long before = writers.calls();
        unused = open.keyValue().put("stolen", "2");
        await().until(() -> writers.calls() > before + 100);
        writers.stopAndReadBack();
      }
    }
  }

  private TlsOptions client(String name, TestCertificate.Issued issued) {
    TestCertificate.Files own = issued.write(directory, name);
    return TlsOptions.DEFAULT.authorities(trusted()).certificate(own.certificate(), own.key());
  }

  private static QuorateClient connected(TlsOptions tls, List<String> endpoints) {
    return QuorateClient.builder().endpoints(endpoints).tls(tls).build();
  }

  /** By a connection that is new, to this node alone. */
  private static void connects(TlsOptions tls, String address) {
    try (QuorateClient client = connected(tls, List.of(address))) {
      var unused = client.keyValue().put("connects", "1");
    }
  }

  private String scraped(String uri) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    store.setCertificateEntry("ours", OURS.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(5)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
