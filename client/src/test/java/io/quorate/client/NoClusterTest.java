package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.quorate.client.admin.Administration;
import io.quorate.client.fake.FakeCluster;
import io.quorate.client.fake.FakeNode;
import io.quorate.client.internal.net.Endpoint;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.RequestBounds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** When there is no cluster to be found, the message names what was tried and what came of it. */
class NoClusterTest {
  private static final Duration TIMEOUT = Duration.ofMillis(2500);

  @Test
  void allNodesDownIsSaidWithinTheDeadline() throws IOException {
    String first = freeAddress();
    String second = freeAddress();
    try (QuorateClient client = client(first + "," + second, Duration.ofMillis(500))) {
      long start = System.nanoTime();
      UnavailableException down =
          catchThrowableOfType(UnavailableException.class, () -> client.keyValue().put("k", "v"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(down)
          .hasMessageContaining("put of key 'k'")
          .hasMessageContaining(first + ", " + second + ": connection refused")
          .hasMessageContaining("check the endpoints");
      assertThat(down.mayHaveApplied()).isFalse();
      assertThat(down.info().code()).isEqualTo(FailureCode.NONE);
      assertThatThrownBy(() -> Administration.of(client).cluster().status())
          .isInstanceOf(UnavailableException.class)
          .message()
          .containsOnlyOnce("connection refused")
          .contains(first, second);
    }
  }

  @Test
  void aScanNamesAllThatWasTried() throws IOException {
    String first = freeAddress();
    String second = freeAddress();
    try (QuorateClient client = client(first + "," + second, Duration.ofSeconds(30));
        Scan scan = client.keyValue().scan("k")) {
      assertThatThrownBy(scan::hasNext)
          .isInstanceOf(UnavailableException.class)
          .message()
          .contains("scan of prefix 'k'", "check the endpoints")
          .containsOnlyOnce(first)
          .containsOnlyOnce(second);
    }
  }

  @Test
  void whereNothingListensNoCallWaitsForItsWholeTimeout() throws IOException {
    String endpoints = freeAddress() + "," + freeAddress() + ",no-such-host.invalid:1";
    Duration timeout = Duration.ofMinutes(5);
    try (QuorateClient client = client(endpoints, timeout)) {
      long start = System.nanoTime();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> client.keyValue().get("k"))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("connection refused")
            .hasMessageContaining("unknown host")
            .hasMessageContaining("check the endpoints");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
    }
  }

  /** It may start in the meantime, and is not to be given up for the others. */
  @Test
  void anEndpointThatIsSilentIsWaitedFor() throws IOException {
    try (ServerSocket silent = listen();
        QuorateClient client =
            QuorateClient.builder()
                .endpoints(freeAddress() + ",127.0.0.1:" + silent.getLocalPort())
                .timeout(TIMEOUT)
                .awaitCluster(Duration.ZERO)
                .build()) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.keyValue().get("k")).isInstanceOf(UnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(TIMEOUT);
    }
  }

  @Test
  void clientMayBeStartedBeforeTheCluster() {
    try (FakeCluster cluster = new FakeCluster(1)) {
      FakeNode node = cluster.nodes.get(0);
      node.kill();
      try (QuorateClient client =
          QuorateClient.builder()
              .endpoints(cluster.endpoints())
              .timeout(Duration.ofSeconds(8))
              .awaitCluster(Duration.ofSeconds(8))
              .build()) {
        CompletableFuture<WriteResult> early = client.asyncKeyValue().put("k", "v");
        assertThatThrownBy(() -> Administration.of(client).cluster().status())
            .isInstanceOf(UnavailableException.class);
        node.start();
        assertThat(early).succeedsWithin(Duration.ofSeconds(8));
      }
    }
  }

  /** They share the logger that the client quiets. */
  @Test
  void otherChannelsOfTheApplicationStillTellOfTheirFaults() {
    client("127.0.0.1:1", TIMEOUT).close();
    Logger channels = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");
    assertThat(channels.isLoggable(Level.SEVERE)).isTrue();
    assertThat(channels.isLoggable(Level.WARNING)).isFalse();
  }

  /** Each of those may end its wait with a failure, and costs the ones behind it nothing. */
  @Test
  void callsThatFailOnceThereIsANodeHoldUpNoOthers() {
    try (FakeCluster cluster = new FakeCluster(1)) {
      FakeNode node = cluster.nodes.get(0);
      GetPlacementResponse small =
          cluster.placement().toBuilder()
              .setBounds(RequestBounds.newBuilder().setMaxMessageBytes(8 << 10))
              .build();
      node.placement = () -> small;
      node.kill();
      try (QuorateClient client =
          QuorateClient.builder()
              .endpoints(cluster.endpoints())
              .timeout(Duration.ofMinutes(2))
              .awaitCluster(Duration.ofMinutes(2))
              .build()) {
        byte[] tooLarge = new byte[10 << 10];
        List<CompletableFuture<WriteResult>> failing = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
          failing.add(client.asyncKeyValue().put(new byte[] {1}, tooLarge, WriteOptions.DEFAULT));
        }
        CompletableFuture<WriteResult> last = client.asyncKeyValue().put("k", "v");
        node.start();
        assertThat(last).succeedsWithin(Duration.ofSeconds(20));
        assertThat(failing).allMatch(CompletableFuture::isCompletedExceptionally);
      }
    }
  }

  @Test
  void grpcServerThatIsNotQuorateIsNamedAtOnce() throws IOException {
    Server other =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .build()
            .start();
    String address = "127.0.0.1:" + other.getPort();
    try (QuorateClient client = client(address, TIMEOUT)) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.keyValue().get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining(address + ": answers, but is not a Quorate node");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT);
      assertThatThrownBy(() -> Administration.of(client).cluster().tenants())
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("is not a Quorate node");
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void serverOfAnotherProtocolIsNamed() throws IOException {
    byte[] answer =
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    try (ServerSocket http = listen();
        QuorateClient client = client("127.0.0.1:" + http.getLocalPort(), TIMEOUT)) {
      Thread server =
          new Thread(
              () -> {
                while (!http.isClosed()) {
                  try (Socket socket = http.accept()) {
                    socket.getOutputStream().write(answer);
                    socket.shutdownOutput();
                    // Closing with bytes unread would reset the connection under the answer.
                    socket.getInputStream().readAllBytes();
                  } catch (IOException closed) {
                    return;
                  }
                }
              });
      server.setDaemon(true);
      server.start();
      assertThatThrownBy(() -> client.keyValue().get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("127.0.0.1:" + http.getLocalPort() + ": answers in HTTP/1");
      try (Scan scan = client.keyValue().scan("k")) {
        assertThatThrownBy(scan::hasNext)
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("127.0.0.1:" + http.getLocalPort() + ": answers in HTTP/1")
            .hasMessageContaining("check the endpoints");
      }
    }
  }

  @Test
  void serverThatNeverAnswersIsNamedWithinTheDeadline() throws IOException {
    try (ServerSocket silent = listen();
        QuorateClient client = client("127.0.0.1:" + silent.getLocalPort(), TIMEOUT)) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.keyValue().get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("no answer: the node is busy, stopped or out of reach");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plusSeconds(1));
    }
  }

  @Test
  void oneGoodEndpointAmongBadOnesIsEnough() throws IOException {
    try (FakeCluster cluster = new FakeCluster(1);
        QuorateClient client = client(freeAddress() + "," + cluster.endpoints(), TIMEOUT)) {
      client.keyValue().put("k", "v");
      assertThat(Administration.of(client).cluster().status().answeredBy())
          .isEqualTo(cluster.nodes.get(0).id());
    }
  }

  @Test
  void endpointsServeWhenTheAddressesOfThePlacementCannotBeReached() throws IOException {
    String elsewhere = freeAddress();
    try (FakeCluster cluster = new FakeCluster(1)) {
      cluster.nodes.get(0).placement =
          () -> {
            var placement = cluster.placement().toBuilder();
            placement.getNodesBuilder(0).setAddress(elsewhere);
            return placement.build();
          };
      try (QuorateClient client = client(cluster.endpoints(), TIMEOUT)) {
        client.keyValue().put("k", "v");
        assertThat(client.keyValue().get("k").text()).isEqualTo("v");
      }
    }
  }

  @Test
  void badEndpointsAreRefusedWithWhatIsExpected() {
    assertThatThrownBy(() -> QuorateClient.builder().endpoints("localhost"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'localhost'")
        .hasMessageContaining("host:port");
    assertThatThrownBy(() -> QuorateClient.builder().endpoints("a:70000"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> QuorateClient.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no endpoints");
    assertThat(Endpoint.parse("[::1]:7401")).hasToString("[::1]:7401");
    assertThat(Endpoint.parseAll("127.0.0.1:7401, 7402,a:1,[::1]:7401,7402,"))
        .containsExactly("127.0.0.1:7401", "127.0.0.1:7402", "a:1", "[::1]:7401", "[::1]:7402");
    assertThatThrownBy(() -> QuorateClient.builder().endpoints("7401,a:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'7401'");
    assertThatThrownBy(() -> QuorateClient.builder().endpoints("a:1,70000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'70000'");
  }

  /** A label of more than 63 characters is no name anywhere. */
  @Test
  void nameThatCannotBeResolvedIsToldInWordsAndNotByStackTraces() {
    List<String> logged = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record.getLoggerName() + ": " + record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    try (QuorateClient client = client("x".repeat(70) + ".invalid:7401", TIMEOUT)) {
      assertThatThrownBy(() -> client.keyValue().get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining(".invalid:7401: unknown host");
      assertThat(logged).noneMatch(line -> line.startsWith("io.grpc"));
    } finally {
      root.removeHandler(handler);
    }
  }

  private static QuorateClient client(String endpoints, Duration timeout) {
    return QuorateClient.builder().endpoints(endpoints).timeout(timeout).build();
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static String freeAddress() throws IOException {
    try (ServerSocket free = listen()) {
      return "127.0.0.1:" + free.getLocalPort();
    }
  }
}
