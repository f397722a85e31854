package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who trusts whose certificate, and what a caller is told when there is no trust. */
class TlsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final TestAuthority authority = new TestAuthority("authority");
  private final TestAuthority stranger = new TestAuthority("stranger");
  @TempDir private Path directory;
  private Path trusted = Path.of("");
  private TestCertificate.Files node = new TestCertificate.Files(trusted, trusted);
  private TlsOptions trusting = TlsOptions.DEFAULT;

  @BeforeEach
  void issue() {
    trusted = TestAuthority.write(directory.resolve("ca.pem"), authority);
    trusting = TlsOptions.DEFAULT.authorities(trusted);
    node =
        authority
            .certificate("node")
            .dns("localhost")
            .ip("127.0.0.1")
            .forServers()
            .issue()
            .write(directory, "node");
  }

  @Test
  void nodeOfATrustedAuthorityIsServedBy() {
    serves(node.server(), trusting);
  }

  @Test
  void nodesAskedDirectlyAreAskedWithTls() {
    try (FakeCluster cluster = new FakeCluster(1, node.server());
        QuorateClient client = client(cluster, trusting)) {
      assertThat(Administration.of(client).cluster().status().answeredBy())
          .isEqualTo(cluster.nodes.get(0).id());
    }
  }

  @Test
  void nodeOfAnotherAuthorityIsRefused() {
    Path other = TestAuthority.write(directory.resolve("other.pem"), stranger);
    fails(
        node.server(),
        TlsOptions.DEFAULT.authorities(other),
        "its certificate is not trusted by the authorities in " + other);
    fails(
        node.server(),
        TlsOptions.DEFAULT,
        "its certificate is not trusted by the authorities of the JDK");
  }

  @Test
  void nodeOfAnotherNameIsRefusedUnlessThatNameIsExpected() {
    ServerCredentials named =
        authority.certificate("node").dns("a.example").issue().write(directory, "named").server();
    failsThere(named, trusting, "its certificate is for a.example, not for 127.0.0.1");
    failsThere(
        named,
        trusting.serverName("b.example"),
        "its certificate is for a.example, not for b.example");
    serves(named, trusting.serverName("a.example"));
  }

  @Test
  void certificateIsRefusedOutsideItsTime() {
    Instant now = Instant.now();
    TestCertificate old = authority.certificate("node").ip("127.0.0.1");
    fails(
        old.valid(now.minusSeconds(60), now.minusSeconds(30))
            .issue()
            .write(directory, "x")
            .server(),
        trusting,
        "its certificate expired at 20");
    fails(
        old.valid(now.plusSeconds(600), now.plusSeconds(900))
            .issue()
            .write(directory, "x")
            .server(),
        trusting,
        "its certificate is not valid before 20");
  }

  @Test
  void certificateForClientsIsNoneOfANode() {
    fails(
        authority
            .certificate("client")
            .ip("127.0.0.1")
            .forClients()
            .issue()
            .write(directory, "client")
            .server(),
        trusting,
        "Extended key usage does not permit use for TLS server authentication");
  }

  @Test
  void nodeThatRequiresACertificateTellsWhatIsMissing() {
    TestCertificate.Files own =
        authority.certificate("client").forClients().issue().write(directory, "client");
    serves(node.serverFor(trusted), trusting.certificate(own.certificate(), own.key()));
    fails(node.serverFor(trusted), trusting, "requires a client certificate");
    TestCertificate.Files strange =
        stranger.certificate("client").issue().write(directory, "strange");
    fails(
        node.serverFor(trusted),
        trusting.certificate(strange.certificate(), strange.key()),
        "requires a client certificate of an authority that it trusts");
    Instant now = Instant.now();
    TestCertificate.Files old =
        authority
            .certificate("client")
            .valid(now.minusSeconds(60), now.minusSeconds(30))
            .issue()
            .write(directory, "old");
    fails(
        node.serverFor(trusted),
        trusting.certificate(old.certificate(), old.key()),
        "refuses the certificate of this client (certificate_expired: by the node's clock it has"
            + " expired or is not valid yet)");
    TestCertificate.Files early =
        authority
            .certificate("client")
            .valid(now.plusSeconds(3600), now.plusSeconds(7200))
            .issue()
            .write(directory, "early");
    fails(
        node.serverFor(trusted),
        trusting.certificate(early.certificate(), early.key()),
        "refuses the certificate of this client (certificate_expired: by the node's clock it has"
            + " expired or is not valid yet)");
  }

  @Test
  void nodeInPlaintextIsToldToAClientWithTls() {
    failsThere(InsecureServerCredentials.create(), trusting, "does not speak TLS");
  }

  @Test
  void nodeWithTlsIsToldToAClientInPlaintext() {
    for (ServerCredentials credentials :
        new ServerCredentials[] {node.server(), node.serverFor(trusted)}) {
      try (FakeCluster cluster = new FakeCluster(1, credentials);
          QuorateClient client =
              QuorateClient.builder()
                  .endpoints(cluster.endpoints())
                  .timeout(Duration.ofSeconds(2))
                  .build()) {
        assertThatThrownBy(() -> client.keyValue().put("k", "v"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining(
                cluster.endpoints()
                    + ": closes the connection without a word: if it expects TLS, this client must"
                    + " use it, too); check the endpoints, and the client's settings of TLS");
      }
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamedWhenAClientIsBuilt() throws Exception {
    Path missing = directory.resolve("missing.pem");
    refused(TlsOptions.DEFAULT.authorities(missing), "there is no file " + missing);
    refused(trusting.certificate(missing, node.key()), "there is no file " + missing);
    refused(TlsOptions.DEFAULT.authorities(directory), directory + " cannot be read");
    refused(TlsOptions.DEFAULT.authorities(node.key()), node.key() + " has no certificate");
    refused(
        trusting.certificate(node.certificate(), node.certificate()),
        node.certificate() + " has no private key");
    TestCertificate.Files other = authority.certificate("other").issue().write(directory, "other");
    refused(
        trusting.certificate(node.certificate(), other.key()),
        other.key() + " has no key for the certificate of CN=node");
    Path old =
        Files.writeString(
            directory.resolve("old.key"),
            Files.readString(node.key()).replace("PRIVATE KEY", "EC PRIVATE KEY"));
    refused(
        trusting.certificate(node.certificate(), old),
        "openssl pkcs8 -topk8 -nocrypt -in " + old + " -out NEW-FILE");
    Path cut =
        Files.writeString(
            directory.resolve("cut.pem"),
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    refused(TlsOptions.DEFAULT.authorities(cut), cut + " has a certificate that cannot be read");
    assertThatThrownBy(() -> TlsOptions.DEFAULT.serverName(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** What connects in the background starts no thread that outlives the client. */
  @Test
  void closingEndsWhatTlsHasStarted() {
    Path other = TestAuthority.write(directory.resolve("other.pem"), stranger);
    try (FakeCluster cluster = new FakeCluster(1, node.server())) {
      client(cluster, trusting).close();
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      try (QuorateClient good = client(cluster, trusting);
          QuorateClient bad = client(cluster, TlsOptions.DEFAULT.authorities(other))) {
        good.keyValue().put("k", "v");
        assertThatThrownBy(() -> bad.keyValue().put("k", "v"))
            .isInstanceOf(UnavailableException.class);
      }
      await().pollInSameThread().untilAsserted(() -> assertThat(started(before)).isEmpty());
    }
  }

  /** Threads that were not there before; those of gRPC serve the fake nodes. */
  private static List<String> started(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> !before.contains(each))
        .map(Thread::getName)
        .filter(each -> !each.startsWith("grpc-"))
        .toList();
  }

  private static void refused(TlsOptions options, String why) {
    assertThatThrownBy(() -> QuorateClient.builder().endpoints("127.0.0.1:1").tls(options).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static void serves(ServerCredentials credentials, TlsOptions options) {
    try (FakeCluster cluster = new FakeCluster(2, credentials);
        QuorateClient client = client(cluster, options)) {
      client.keyValue().put("k", "v");
      assertThat(client.keyValue().get("k").text()).isEqualTo("v");
    }
  }

  /** Long before the timeout, as it will not get better by itself. */
  private static void fails(ServerCredentials credentials, TlsOptions options, String why) {
    fails(credentials, options, why, FailureCode.TLS, TlsTest::isOfTls);
    try (FakeCluster cluster = new FakeCluster(2, credentials);
        QuorateClient client = client(cluster, options)) {
      assertThatThrownBy(() -> client.keyValue().scan("k").next())
          .isInstanceOfSatisfying(UnavailableException.class, TlsTest::isOfTls)
          .hasMessageContaining(why);
      assertThat(client.keyValue().deleteAll("k").failure())
          .isInstanceOfSatisfying(UnavailableException.class, TlsTest::isOfTls);
    }
  }

  /** As {@link #fails}, where the wrong process may listen. */
  private static void failsThere(ServerCredentials credentials, TlsOptions options, String why) {
    fails(credentials, options, why, FailureCode.NONE, TlsTest::isOfEndpointOrTls);
  }

  private static void fails(
      ServerCredentials credentials,
      TlsOptions options,
      String why,
      FailureCode ofOneNode,
      Consumer<UnavailableException> advice) {
    try (FakeCluster cluster = new FakeCluster(1, credentials);
        QuorateClient client = client(cluster, options)) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.keyValue().put("k", "v"))
          .isInstanceOfSatisfying(UnavailableException.class, advice)
          .hasMessageContaining(cluster.endpoints() + ": ")
          .hasMessageContaining(why);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.dividedBy(2));
      assertThatThrownBy(() -> Administration.of(client).cluster().status())
          .isInstanceOfSatisfying(UnavailableException.class, advice)
          .hasMessageContaining(why);
      NodeMaintenance direct = Administration.of(client).maintenance(cluster.endpoints());
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(direct::hints, direct::cancelRepairs)) {
        assertThatThrownBy(call)
            .isInstanceOfSatisfying(
                UnavailableException.class,
                failure -> assertThat(failure.info().code()).isEqualTo(ofOneNode))
            .hasMessageContaining(why);
      }
    }
  }

  /** The network is well: no caller is to look for the fault there. */
  private static void isOfTls(UnavailableException failure) {
    assertThat(failure.info().code()).isEqualTo(FailureCode.TLS);
    assertThat(failure)
        .hasMessageContaining("check the settings of TLS of the client and of the nodes")
        .message()
        .doesNotContain("endpoints");
  }

  private static void isOfEndpointOrTls(UnavailableException failure) {
    assertThat(failure.info().code()).isEqualTo(FailureCode.NONE);
    assertThat(failure)
        .hasMessageContaining("check the endpoints, and the client's settings of TLS");
  }

  private static QuorateClient client(FakeCluster cluster, TlsOptions options) {
    return QuorateClient.builder()
        .endpoints(cluster.endpoints())
        .timeout(TIMEOUT)
        .tls(options)
        .build();
  }
}
