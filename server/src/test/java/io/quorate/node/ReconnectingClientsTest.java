package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.quorate.client.QuorateClient;
import io.quorate.client.TlsOptions;
import io.quorate.client.tls.TestAuthority;
import io.quorate.client.tls.TestCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two thousand clients connect at once while one goes on to read: with {@code
 * -Dquorate.reconnecting=true}, as they take both cores of a small machine for half a minute.
 * Prints what the reader waited for, with the bound of handshakes and without.
 */
@EnabledIfSystemProperty(named = "quorate.reconnecting", matches = "true")
class ReconnectingClientsTest {
  private static final int CLIENTS = 2_000;
  private static final int PORT = 17_897;
  private static final long SLOWEST_MILLIS_MAX = 2_000;
  private static final TestAuthority OURS = new TestAuthority("ours");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"1000", "500", "200", "100000"})
  void allConnectAndAClientThatIsConnectedReadsOn(String perSecond) throws Exception {
    TestCertificate.Files own =
        OURS.certificate("node").ip("127.0.0.1").uri("quorate:node").issue().write(directory, "n");
    TestCertificate.Files client = OURS.certificate("c").issue().write(directory, "c");
    Path trusted = TestAuthority.write(directory.resolve("ca.pem"), OURS);
    Map<String, String> settings = new HashMap<>();
    settings.put("tls.certificate", own.certificate().toString());
    settings.put("tls.key", own.key().toString());
    settings.put("tls.authorities", trusted.toString());
    settings.put("tls.handshakes_per_second", perSecond);
    TlsOptions tls =
        TlsOptions.DEFAULT.authorities(trusted).certificate(client.certificate(), client.key());
    SslContext context =
        GrpcSslContexts.forClient()
            .trustManager(trusted.toFile())
            .keyManager(client.certificate().toFile(), client.key().toFile())
            .build();
    try (RealCluster cluster = new RealCluster(directory.resolve(perSecond), PORT, 1)) {
      cluster.start(0, settings);
      cluster.awaitReady(0);
      try (QuorateClient open =
          QuorateClient.builder().endpoints(List.of(cluster.address(0))).tls(tls).build()) {
        var unused = open.keyValue().put("k", "v");
        Reader reader = new Reader(open);
        TimeUnit.SECONDS.sleep(3);
        List<Long> before = reader.takeMicros();
        long from = System.nanoTime();
        int connected = connectAll(cluster.address(0), context);
        double seconds = (System.nanoTime() - from) / 1e9;
        List<Long> during = reader.takeMicros();
        reader.stop();
        System.out.printf(
            "handshakes a second: %s; %d of %d connected after %.1f s; reads before: %s; while"
                + " they connected: %s%n",
            perSecond, connected, CLIENTS, seconds, told(before), told(during));
        assertThat(connected).isEqualTo(CLIENTS);
        if (!perSecond.equals("100000")) {
          assertThat(Collections.max(during)).isLessThan(SLOWEST_MILLIS_MAX * 1_000);
        }
      }
    }
  }

  private static String told(List<Long> micros) {
    List<Long> sorted = new ArrayList<>(micros);
    Collections.sort(sorted);
    return "%d, p50 %.1f ms, p99 %.1f ms, slowest %.1f ms"
        .formatted(
            sorted.size(),
            sorted.get(sorted.size() / 2) / 1e3,
            sorted.get(sorted.size() * 99 / 100) / 1e3,
            sorted.getLast() / 1e3);
  }

  private static int connectAll(String address, SslContext tls) throws Exception {
    List<ManagedChannel> channels = new ArrayList<>();
    AtomicInteger connected = new AtomicInteger();
    CountDownLatch answered = new CountDownLatch(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      ManagedChannel channel = NettyChannelBuilder.forTarget(address).sslContext(tls).build();
      channels.add(channel);
      HealthGrpc.newStub(channel)
          .withWaitForReady()
          .withDeadlineAfter(120, TimeUnit.SECONDS)
          .check(
              HealthCheckRequest.getDefaultInstance(),
              new StreamObserver<>() {
                @Override
                public void onNext(HealthCheckResponse answer) {
                  connected.incrementAndGet();
                }

                @Override
                public void onError(Throwable failed) {
                  answered.countDown();
                }

                @Override
                public void onCompleted() {
                  answered.countDown();
                }
              });
    }
    assertThat(answered.await(150, TimeUnit.SECONDS)).isTrue();
    channels.forEach(ManagedChannel::shutdownNow);
    return connected.get();
  }

  /** Reads one value after the other, and notes how long each read took. */
  private static final class Reader {
    private final QuorateClient client;
    private final AtomicBoolean over = new AtomicBoolean();
    private List<Long> micros = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "reader");

    Reader(QuorateClient client) {
      this.client = client;
      thread.start();
    }

    private void run() {
      while (!over.get()) {
        long from = System.nanoTime();
        var unused = client.keyValue().get("k");
        long took = (System.nanoTime() - from) / 1_000;
        synchronized (this) {
          micros.add(took);
        }
      }
    }

    synchronized List<Long> takeMicros() {
      List<Long> taken = micros;
      micros = new ArrayList<>();
      return taken;
    }

    void stop() throws InterruptedException {
      over.set(true);
      thread.join();
    }
  }
}
