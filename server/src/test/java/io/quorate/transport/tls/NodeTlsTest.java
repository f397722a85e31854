package io.quorate.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.event.Event;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.AnyCallers;
import io.quorate.transport.event.TransportEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node shows and trusts, how files change, and how connections begin in each mode. */
class NodeTlsTest {
  private static final TestAuthority OURS = new TestAuthority("ours");
  private static final TestAuthority NEW = new TestAuthority("new");
  private static final ClusterId CLUSTER = new ClusterId(0xC1);

  @TempDir private Path directory;

  private final TestLane lane = new TestLane();
  private final ExecutorService handshakes = Executors.newSingleThreadExecutor();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private TlsFiles files;

  @BeforeEach
  void write() {
    files = show(OURS, OURS);
  }

  @AfterEach
  void close() {
    handshakes.shutdown();
    lane.close();
  }

  private TlsFiles show(TestAuthority issuer, TestAuthority... trusted) {
    return show(issuer.certificate("node").ip("127.0.0.1").uri("quorate:node").issue(), trusted);
  }

  private TlsFiles show(TestCertificate.Issued issued, TestAuthority... trusted) {
    TestCertificate.Files node = issued.write(directory, "node");
    Path authorities = TestAuthority.write(directory.resolve("ca.pem"), trusted);
    return new TlsFiles(node.certificate(), node.key(), authorities);
  }

  private NodeTls open(TlsMode mode) throws TlsFilesException {
    return open(mode, ClientCertificates.OPTIONAL);
  }

  private NodeTls open(TlsMode mode, ClientCertificates clients) throws TlsFilesException {
    return NodeTls.open(
        new TlsSettings(mode, clients, files, List.of()), System.currentTimeMillis());
  }

  private GrpcServer serve(NodeTls tls) throws Exception {
    return serve(tls, AnyHandshakes.on(lane.lane()));
  }

  private GrpcServer serve(NodeTls tls, HandshakeTurns turns) throws Exception {
    return GrpcServer.start(
        lane.loops(),
        "127.0.0.1",
        0,
        tls.server(handshakes, turns, events::add),
        AnyCallers.all(),
        RequestLimits.DEFAULT,
        ConnectionLimits.DEFAULT,
        address -> false,
        event -> {},
        List.of());
  }

  private static void call(GrpcServer server, ChannelCredentials credentials) throws Exception {
    ManagedChannel channel =
        Grpc.newChannelBuilder("127.0.0.1:" + server.port(), credentials).build();
    try {
      Object unused =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  /** As most clients are: it shows a certificate only to those who may take its authority's. */
  private ChannelCredentials program(TestAuthority authority) throws Exception {
    TestCertificate.Files program =
        authority.certificate("program").forClients().issue().write(directory, "program");
    return TlsChannelCredentials.newBuilder()
        .trustManager(files.authorities().toFile())
        .keyManager(program.certificate().toFile(), program.key().toFile())
        .build();
  }

  private static ChannelCredentials trusting(Path authorities) throws Exception {
    return TlsChannelCredentials.newBuilder().trustManager(authorities.toFile()).build();
  }

  @Test
  void withTlsRequiredNothingElseIsTaken() throws Exception {
    NodeTls tls = open(TlsMode.REQUIRE);
    try (GrpcServer server = serve(tls)) {
      call(server, trusting(files.authorities()));
      call(server, tls.client());
      assertThatThrownBy(() -> call(server, InsecureChannelCredentials.create()))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void whoShowsACertificateOfAnotherAuthorityIsRefused() throws Exception {
    ChannelCredentials ours = open(TlsMode.REQUIRE).client();
    NodeTls tls = open(TlsMode.REQUIRE);
    files = show(NEW, OURS, NEW);
    ChannelCredentials stranger = open(TlsMode.REQUIRE).client();
    try (GrpcServer server = serve(tls)) {
      call(server, ours);
      assertThatThrownBy(() -> call(server, stranger)).isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void whoShowsNoCertificateIsRefusedIfOneIsRequired() throws Exception {
    NodeTls tls = open(TlsMode.REQUIRE, ClientCertificates.REQUIRED);
    try (GrpcServer server = serve(tls)) {
      call(server, tls.client());
      assertThatThrownBy(() -> call(server, trusting(files.authorities())))
          .isInstanceOf(StatusRuntimeException.class);
    }
    assertThat(events)
        .as("it is told where that came from, and why")
        .singleElement()
        .isInstanceOfSatisfying(
            TransportEvent.HandshakeFailed.class,
            failed -> {
              assertThat(failed.from()).startsWith("127.0.0.1:");
              assertThat(failed.why()).isNotBlank();
            });
  }

  @Test
  void onTheWayBothAreTakenOnOnePort() throws Exception {
    for (TlsMode mode : List.of(TlsMode.ALLOW, TlsMode.PREFER)) {
      NodeTls tls = open(mode);
      try (GrpcServer server = serve(tls)) {
        call(server, trusting(files.authorities()));
        call(server, InsecureChannelCredentials.create());
        call(server, tls.client());
      }
    }
    assertThat(open(TlsMode.ALLOW).client()).isInstanceOf(InsecureChannelCredentials.class);
    assertThat(open(TlsMode.PREFER).client()).isNotInstanceOf(InsecureChannelCredentials.class);
    assertThat(open(TlsMode.OFF).expires()).isNull();
  }

  private HandshakeTurns turns(int waitingMax) {
    return new HandshakeTurns(
        2, waitingMax, lane.lane(), new SystemClock(), address -> false, events::add);
  }

  /**
   * What it said first is kept until it is its turn, behind the first byte too, if that decides.
   */
  @Test
  void aConnectionThatHadToWaitIsServed() throws Exception {
    for (TlsMode mode : List.of(TlsMode.REQUIRE, TlsMode.PREFER)) {
      NodeTls tls = open(mode);
      events.clear();
      try (GrpcServer server = serve(tls, turns(10))) {
        for (int i = 0; i < 3; i++) {
          call(server, trusting(files.authorities()));
        }
        call(server, tls.client());
      }
      assertThat(events)
          .contains(new TransportEvent.HandshakeHeldUp(false))
          .doesNotContain(new TransportEvent.HandshakeHeldUp(true));
    }
  }

  @Test
  void aConnectionIsEndedIfTooManyWait() throws Exception {
    NodeTls tls = open(TlsMode.REQUIRE);
    try (GrpcServer server = serve(tls, turns(0))) {
      call(server, tls.client());
      assertThatThrownBy(() -> call(server, tls.client()))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(events).contains(new TransportEvent.HandshakeHeldUp(true));
      await().ignoreExceptions().untilAsserted(() -> call(server, tls.client()));
    }
  }

  /** Handshakes are not done on the lane, which would serve no one meanwhile. */
  @Test
  void aHandshakeTakesAThreadOfItsOwn() throws Exception {
    try (GrpcServer server = serve(open(TlsMode.REQUIRE))) {
      handshakes.shutdown();
      assertThatThrownBy(() -> call(server, trusting(files.authorities())))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(lane.broken).isEmpty();
    }
  }

  @Test
  void anAuthorityIsReplacedByAnotherWithoutARestart() throws Exception {
    NodeTls tls = open(TlsMode.REQUIRE);
    try (GrpcServer server = serve(tls)) {
      assertThat(tls.renew(System.currentTimeMillis())).as("nothing has changed").isFalse();
      files = show(OURS, OURS, NEW);
      assertThat(tls.renew(System.currentTimeMillis())).isTrue();
      ChannelCredentials before = open(TlsMode.REQUIRE).client();
      call(server, before);
      files = show(NEW, OURS, NEW);
      assertThat(tls.renew(System.currentTimeMillis())).isTrue();
      call(server, before);
      ChannelCredentials after = open(TlsMode.REQUIRE).client();
      Path onlyNew = TestAuthority.write(directory.resolve("new.pem"), NEW);
      call(server, trusting(onlyNew));
      files = show(NEW, NEW);
      assertThat(tls.renew(System.currentTimeMillis())).isTrue();
      call(server, after);
      assertThatThrownBy(() -> call(server, before)).isInstanceOf(StatusRuntimeException.class);
    }
  }

  @Test
  void aClientShowsACertificateOfAnAuthorityThatIsTrustedSinceAWhile() throws Exception {
    NodeTls tls = open(TlsMode.REQUIRE, ClientCertificates.REQUIRED);
    try (GrpcServer server = serve(tls)) {
      call(server, program(OURS));
      files = show(OURS, OURS, NEW);
      assertThat(tls.renew(System.currentTimeMillis())).isTrue();
      call(server, program(NEW));
    }
  }

  @Test
  void whatCannotBeUsedIsNotTaken() throws Exception {
    NodeTls tls = open(TlsMode.REQUIRE);
    Instant before = tls.expires();
    Path trusted = TestAuthority.write(directory.resolve("before.pem"), OURS);
    try (GrpcServer server = serve(tls)) {
      Files.writeString(files.certificate(), "half a certif");
      assertThatThrownBy(() -> tls.renew(System.currentTimeMillis()))
          .isInstanceOf(TlsFilesException.class)
          .hasMessageContaining(files.certificate().toString());
      show(NEW, OURS);
      assertThatThrownBy(() -> tls.renew(System.currentTimeMillis()))
          .hasMessageContaining("no other node would trust it");
      call(server, trusting(trusted));
      assertThat(tls.expires()).isEqualTo(before);
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    Files.delete(files.key());
    // Of an absolute path it would be false that it begins elsewhere.
    assertThatThrownBy(() -> open(TlsMode.REQUIRE))
        .isInstanceOf(TlsFilesException.class)
        .hasMessage("tls.key: " + files.key() + " is not there");
    Files.writeString(files.key(), "-----BEGIN SECRET-----");
    refused(files.key() + " cannot be read as a private key");
    show(OURS, OURS);
    Files.write(files.authorities(), new byte[2 << 20]);
    refused(files.authorities() + " has more than 1 MiB");
    Files.writeString(files.authorities(), "");
    refused(files.authorities() + " ");
  }

  /** What is in a file of a key is told to no one. */
  @Test
  void aBrokenKeyIsNotQuoted() throws Exception {
    Files.writeString(
        files.key(), "-----BEGIN PRIVATE KEY-----\nsecret!\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> open(TlsMode.REQUIRE)).hasMessageNotContaining("secret").hasNoCause();
  }

  @Test
  void aCertificateThatOthersWouldRefuseIsRefusedAtOnce() throws Exception {
    TestCertificate.Issued one = OURS.certificate("node").issue();
    TestCertificate.Issued other = OURS.certificate("node").issue();
    show(new TestCertificate.Issued(one.certificate(), other.key()), OURS);
    refused("the key is not that of the certificate");

    Instant now = Instant.now();
    Instant longAgo = now.minus(Duration.ofDays(9));
    show(OURS.certificate("node").valid(longAgo, now.minusSeconds(60)).issue(), OURS);
    refused("expired at");
    show(OURS.certificate("node").valid(now.plusSeconds(60), now.plusSeconds(90)).issue(), OURS);
    refused("is valid from");
    show(OURS.certificate("node").forServers().issue(), OURS);
    refused("is not for both servers and clients");
    show(OURS.certificate("node").issue(), OURS);
    refused("is not that of a node");
    show(OURS.certificate("node").forServers().forClients().uri("quorate:node").issue(), OURS);
    assertThat(open(TlsMode.REQUIRE).expires()).isNotNull();
    show(NEW, OURS);
    refused("is not of these authorities");
  }

  /** Else it would be found by none, or refused by each; and a renewal is no other. */
  @Test
  void aNodeShowsTheCertificateOfThisNode() throws Exception {
    ClaimedNode here = new ClaimedNode(new NodeId(7), null, Set.of("127.0.0.1:7401"));
    NodeTls tls = open(TlsMode.REQUIRE);
    tls.prove(here);
    show(OURS.certificate("node").ip("127.0.0.2").uri("quorate:node").issue(), OURS);
    assertThatThrownBy(() -> tls.renew(System.currentTimeMillis()))
        .isInstanceOf(TlsFilesException.class)
        .hasMessageContaining("names '127.0.0.2', and not '127.0.0.1'");
    NodeTls elsewhere = open(TlsMode.REQUIRE);
    assertThatThrownBy(() -> elsewhere.prove(here)).isInstanceOf(TlsFilesException.class);
    show(OURS.certificate("node").uri("quorate://" + CLUSTER + "/node/" + here.node()), OURS);
    assertThat(tls.renew(System.currentTimeMillis())).isTrue();
    show(OURS.certificate("node").uri("quorate://" + CLUSTER + "/node/" + new NodeId(8)), OURS);
    assertThatThrownBy(() -> tls.renew(System.currentTimeMillis()))
        .hasMessageContaining("and not for node " + here.node());
  }

  /** Or else a node that has just joined a cluster could not take new authorities any more. */
  @Test
  void whatIsShownAlreadyIsNotJudgedAgainWhenOtherFilesChange() throws Exception {
    NodeTls tls = open(TlsMode.REQUIRE);
    tls.joined(new ClaimedNode(new NodeId(7), CLUSTER, Set.of("127.0.0.2:7401")));
    Path unused = TestAuthority.write(files.authorities(), OURS, NEW);
    assertThat(tls.renew(System.currentTimeMillis())).isTrue();
    show(OURS, OURS, NEW);
    assertThatThrownBy(() -> tls.renew(System.currentTimeMillis()))
        .hasMessageContaining("names '127.0.0.1', and not '127.0.0.2'");
  }

  private void show(TestCertificate issued, TestAuthority trusted) {
    TlsFiles unused = show(issued.issue(), trusted);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> open(TlsMode.REQUIRE))
        .isInstanceOf(TlsFilesException.class)
        .hasMessageContaining(message);
  }
}
