package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.quorate.client.Credentials;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.Administration;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.PeeringGrpc;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers connect to a real node and stay, more of them than it has places for clients, while
 * users log in and work. The node is that of all tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrangersOnRealNodesTest {
  private static final int FIRST_PORT = 17_826;
  private static final int STRANGERS = 300;
  private static final TestAuthority OURS = new TestAuthority("ours");

  private final List<ManagedChannel> channels = new ArrayList<>();
  private Path directory;
  private RealCluster cluster;
  private QuorateClient root;
  private SslContext tls;

  @BeforeAll
  void start(@TempDir Path forAll) throws Exception {
    directory = forAll;
    TestCertificate.Files files =
        OURS.certificate("node").ip("127.0.0.1").uri("quorate:node").issue().write(directory, "n");
    Path authorities = TestAuthority.write(directory.resolve("ca.pem"), OURS);
    Map<String, String> settings = new HashMap<>();
    settings.put("tls.mode", "require");
    settings.put("tls.client_certificates", "optional");
    settings.put("tls.certificate", files.certificate().toString());
    settings.put("tls.key", files.key().toString());
    settings.put("tls.authorities", authorities.toString());
    settings.put("security.login_ttl", "3s");
    settings.put("limits.client_connections", "20");
    cluster = new RealCluster(directory, FIRST_PORT, 1);
    cluster.start(0, settings);
    cluster.awaitReady(0);
    tls = GrpcSslContexts.forClient().trustManager(authorities.toFile()).build();
    TestCertificate.Files own =
        OURS.certificate("root").uri("quorate:user/root").issue().write(directory, "root");
    root =
        QuorateClient.builder()
            .endpoints(cluster.address(0))
            .tls(
                TlsOptions.DEFAULT
                    .authorities(authorities)
                    .certificate(own.certificate(), own.key()))
            .build();
    Access access = Administration.of(root).access();
    access.createUser("anna", List.of("writer"));
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder()
            .trustManager(authorities.toFile())
            .keyManager(own.certificate().toFile(), own.key().toFile())
            .build();
    new CheapPasswords(cluster.address(0), credentials).set("anna", "her password");
  }

  @AfterEach
  void leave() {
    channels.forEach(ManagedChannel::shutdownNow);
    channels.clear();
  }

  @AfterAll
  void stop() {
    root.close();
    cluster.close();
  }

  private QuorateClient anna() {
    return QuorateClient.builder()
        .endpoints(cluster.address(0))
        .tls(TlsOptions.DEFAULT.authorities(directory.resolve("ca.pem")))
        .credentials(Credentials.password("anna", () -> "her password"))
        .build();
  }

  private ManagedChannel channel(String from) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(cluster.address(0))
            .sslContext(tls)
            .localSocketPicker(
                new NettyChannelBuilder.LocalSocketPicker() {
                  @Override
                  public SocketAddress createSocketAddress(
                      SocketAddress remote, io.grpc.Attributes attributes) {
                    return new InetSocketAddress(from, 0);
                  }
                })
            .build();
    channels.add(channel);
    return channel;
  }

  /** Watches for as long as it may. */
  private static void watch(ManagedChannel channel, AtomicInteger begun, List<Throwable> ended) {
    HealthGrpc.newStub(channel)
        .withWaitForReady()
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                begun.incrementAndGet();
              }

              @Override
              public void onError(Throwable why) {
                ended.add(why);
              }

              @Override
              public void onCompleted() {}
            });
  }

  @Test
  void strangersKeepNoUserOut() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    List<Throwable> ended = new CopyOnWriteArrayList<>();
    try (QuorateClient first = anna()) {
      KeyValue keys = first.keyValue();
      keys.put("k", "v");
      for (int i = 0; i < STRANGERS; i++) {
        watch(channel("127.0.7." + (1 + i % 200)), begun, ended);
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> begun.get() == STRANGERS);
      await().atMost(Duration.ofSeconds(20)).until(() -> ended.size() >= STRANGERS - 100);

      // One of another network is served among them, and users log in beside them.
      assertThat(
              HealthGrpc.newBlockingStub(channel("127.0.8.1"))
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
      for (int i = 0; i < 8; i++) {
        try (QuorateClient next = anna()) {
          next.keyValue().put("k" + i, "v");
          keys.put("k", "v" + i);
        }
      }
      // After their time all have ended, and the user goes on, which has logged in again meanwhile.
      await().atMost(Duration.ofSeconds(30)).until(() -> ended.size() == STRANGERS);
      keys.put("k", "at last");
    }
  }

  /** Nor does it help to call what is for nodes. Both stay for the same ten seconds. */
  @Test
  void oneThatStaysIsToldToLogIn() throws Exception {
    List<Throwable> ended = new CopyOnWriteArrayList<>();
    watch(channel("127.0.0.1"), new AtomicInteger(), ended);
    ManagedChannel asNode = channel("127.0.0.1");
    try {
      var unused =
          PeeringGrpc.newBlockingStub(asNode)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .introduce(IntroduceRequest.getDefaultInstance());
      throw new AssertionError("a stranger is heard");
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
    assertThat(asNode.getState(false)).isEqualTo(io.grpc.ConnectivityState.READY);

    await().atMost(Duration.ofSeconds(20)).until(() -> ended.size() == 1);
    assertThat(ended.get(0)).hasMessageContaining("until it has logged in");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> asNode.getState(false) != io.grpc.ConnectivityState.READY);
  }

  /** Callers without a certificate are clients where they may do something. */
  @Test
  void whereAnonymousIsGrantedSomethingNoOneIsAStranger() throws Exception {
    Access access = Administration.of(root).access();
    access.createUser("anonymous", List.of("monitor"));
    try {
      AtomicInteger begun = new AtomicInteger();
      List<Throwable> ended = new CopyOnWriteArrayList<>();
      watch(channel("127.0.0.1"), begun, ended);
      await().atMost(Duration.ofSeconds(20)).until(() -> begun.get() == 1);
      TimeUnit.SECONDS.sleep(12);
      assertThat(ended).isEmpty();
    } finally {
      access.dropUser("anonymous");
    }
  }
}
