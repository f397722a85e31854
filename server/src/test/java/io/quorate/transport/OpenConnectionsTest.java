package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Attributes;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.proto.internal.IntroduceRequest;
import io.quorate.proto.internal.PeeringGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server counts the connections to it by what is called on them. */
class OpenConnectionsTest {
  private final TestLane lane = new TestLane();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final AtomicBoolean strangers = new AtomicBoolean();
  private GrpcServer server;

  @BeforeEach
  void start() throws IOException {
    ServerTransportFilter callers =
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes connection) {
            BooleanSupplier stranger = strangers::get;
            return connection.toBuilder().set(ClientPlaces.OF_STRANGER, stranger).build();
          }
        };
    ServerServiceDefinition peering = new PeeringGrpc.PeeringImplBase() {}.bindService();
    server =
        GrpcServer.start(
            lane.loops(),
            "127.0.0.1",
            0,
            InsecureServerCredentials.create(),
            callers,
            RequestLimits.DEFAULT,
            ConnectionLimits.DEFAULT,
            address -> false,
            event -> {},
            List.of(peering));
  }

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
    lane.close();
  }

  @Test
  void clientsAreCountedWhileTheyAreConnected() {
    ManagedChannel one = connection();
    ManagedChannel other = connection();
    callAsClient(one);
    callAsClient(one);
    callAsClient(other);
    assertThat(server.connections()).isEqualTo(new OpenConnections(2, 0, 0, 0));
    one.shutdownNow();
    awaitOpen(new OpenConnections(1, 0, 0, 0));
    other.shutdownNow();
    awaitOpen(OpenConnections.NONE);
  }

  @Test
  void nodesAreCountedApart() {
    ManagedChannel node = connection();
    callAsNode(node);
    callAsNode(node);
    callAsClient(connection());
    assertThat(server.connections()).isEqualTo(new OpenConnections(1, 1, 0, 0));
    node.shutdownNow();
    awaitOpen(new OpenConnections(1, 0, 0, 0));
  }

  @Test
  void clientsThatHaveNotLoggedInAreCountedApartUntilTheyHave() {
    strangers.set(true);
    ManagedChannel client = connection();
    callAsClient(client);
    assertThat(server.connections()).isEqualTo(new OpenConnections(0, 0, 1, 0));
    strangers.set(false);
    callAsClient(client);
    assertThat(server.connections()).isEqualTo(new OpenConnections(1, 0, 0, 0));
    client.shutdownNow();
    awaitOpen(OpenConnections.NONE);
  }

  @Test
  void whatSaysNothingIsCountedToo() throws IOException {
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      assertThat(silent.isConnected()).isTrue();
      awaitOpen(new OpenConnections(0, 0, 0, 1));
    }
    awaitOpen(OpenConnections.NONE);
  }

  @Test
  void buffersOfConnectionsHaveMemory() {
    callAsClient(connection());
    PooledMemory pool = server.pool();
    assertThat(pool.directBytes() + pool.heapBytes())
        .as("memory is taken by the MiB, however little a connection needs")
        .isGreaterThan(1 << 20);
  }

  private void awaitOpen(OpenConnections expected) {
    await().untilAsserted(() -> assertThat(server.connections()).isEqualTo(expected));
  }

  private ManagedChannel connection() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private static void callAsClient(ManagedChannel channel) {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatusValue())
        .isPositive();
  }

  private static void callAsNode(ManagedChannel channel) {
    try {
      var unused =
          PeeringGrpc.newBlockingStub(channel).introduce(IntroduceRequest.getDefaultInstance());
    } catch (StatusRuntimeException unimplemented) {
      assertThat(unimplemented.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED);
    }
  }
}
