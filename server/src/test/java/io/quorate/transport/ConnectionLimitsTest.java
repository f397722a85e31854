package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.replication.fact.Fact;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real server, and clients that open more connections to it than it keeps. */
class ConnectionLimitsTest {
  private final TestLane lane = new TestLane();
  private final List<Fact> facts = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    lane.close();
  }

  @Test
  void callsOnOneConnectionTooManyAreRefusedUntilAnotherEnds() throws IOException {
    try (GrpcServer server = server(new ConnectionLimits(2, 0, 60_000))) {
      ManagedChannel first = connection(server);
      call(first);
      call(connection(server));
      ManagedChannel third = connection(server);

      StatusRuntimeException refused =
          catchThrowableOfType(StatusRuntimeException.class, () -> call(third));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused).hasMessageContaining("limits.client_connections");
      assertThat(facts).contains(new Fact.Overloaded("client_connections"));
      call(first);

      first.shutdownNow();
      await().ignoreExceptions().until(() -> call(third));
    }
  }

  @Test
  void silentConnectionsAreBoundedToo() throws IOException {
    ConnectionLimits limits = new ConnectionLimits(1, 0, 60_000);
    List<Socket> silent = new ArrayList<>();
    try (GrpcServer server = server(limits)) {
      call(connection(server));
      for (int i = 0; i < limits.acceptedMax() + 20; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      await().until(() -> facts.size() >= 20);
      assertThat(facts).containsOnly(new Fact.Overloaded("connections"));
      call(channels.get(0));
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void connectionThatIsIdleOrOldIsClosedAndOpenedAgain() throws IOException {
    try (GrpcServer server = server(new ConnectionLimits(1, 200, 60_000))) {
      ManagedChannel client = connection(server);
      call(client);
      // Its place was given back, or its second connection would find none.
      await().ignoreExceptions().until(() -> call(connection(server)));
    }
  }

  private GrpcServer server(ConnectionLimits limits) throws IOException {
    GrpcServer server =
        GrpcServer.start(
            lane.loops(), "127.0.0.1", 0, RequestLimits.DEFAULT, limits, facts::add, List.of());
    server.setServing(true);
    return server;
  }

  private ManagedChannel connection(GrpcServer server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private static boolean call(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatusValue()
        > 0;
  }
}
