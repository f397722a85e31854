package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.quorate.event.Event;
import io.quorate.replication.event.RequestEvent;
import io.quorate.transport.access.AnyCallers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real server, and clients that open more connections to it than it keeps. */
class ConnectionLimitsTest {
  private final TestLane lane = new TestLane();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    lane.close();
  }

  @Test
  void callsOnOneConnectionTooManyAreRefusedUntilAnotherEnds() throws IOException {
    try (GrpcServer server = server(new ConnectionLimits(2, 100, 0, 60_000))) {
      ManagedChannel first = connection(server);
      call(first);
      call(connection(server));
      ManagedChannel third = connection(server);

      StatusRuntimeException refused =
          catchThrowableOfType(StatusRuntimeException.class, () -> call(third));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused).hasMessageContaining("limits.client_connections");
      assertThat(events).contains(new RequestEvent.Overloaded("client_connections"));
      call(first);

      first.shutdownNow();
      await().ignoreExceptions().until(() -> call(third));
    }
  }

  /** One address cannot use up the limit with idle connections. */
  @Test
  void silentConnectionsOfOneAddressHaveAPartOfThePlacesAndLittleTime() throws IOException {
    ConnectionLimits limits = new ConnectionLimits(1, 100, 0, 60_000);
    List<Socket> silent = new ArrayList<>();
    try (GrpcServer server = server(limits)) {
      call(connection(server));
      for (int i = 0; i < limits.ofAddressMax() + 20; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      Event tooMany = new RequestEvent.Overloaded("connections_of_address");
      await().until(() -> List.copyOf(events).stream().filter(tooMany::equals).count() == 20);
      assertThat(events).containsOnly(tooMany);
      call(channels.get(0));

      // After ten seconds they have been closed, and new ones are accepted again.
      Socket first = silent.getFirst();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                first.setSoTimeout(10);
                try {
                  return first.getInputStream().readAllBytes() != null;
                } catch (java.net.SocketTimeoutException stillOpen) {
                  return false;
                }
              });
      // The client may see its end before the server has given the place back.
      await()
          .until(
              () -> {
                events.clear();
                silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
                call(channels.get(0));
                return events.isEmpty();
              });
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  /**
   * Unknown addresses cannot use the whole limit: some connections are kept for nodes, which are
   * known by their streams.
   */
  @Test
  void placesAreKeptForOtherNodes() throws IOException {
    ConnectionLimits limits = new ConnectionLimits(1, 100, 0, 60_000);
    AtomicBoolean member = new AtomicBoolean(true);
    List<Socket> sockets = new ArrayList<>();
    try (GrpcServer server =
        GrpcServer.start(
            lane.loops(),
            "127.0.0.1",
            0,
            InsecureServerCredentials.create(),
            AnyCallers.all(),
            RequestLimits.DEFAULT,
            limits,
            address -> member.get(),
            events::add,
            List.of())) {
      for (int i = 0; i < limits.ofStrangersMax(); i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }
      call(connection(server));
      assertThat(events).isEmpty();

      member.set(false);
      sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      await().until(() -> events.contains(new RequestEvent.Overloaded("connections")));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Opening and resetting calls costs a client nothing and a node much. */
  @Test
  void connectionOnWhichCallsAreResetAllTheTimeIsEnded() throws IOException {
    try (GrpcServer server = server(new ConnectionLimits(10, 100, 0, 60_000))) {
      ManagedChannel client = connection(server);
      CompletableFuture<Status> watching = new CompletableFuture<>();
      HealthGrpc.newStub(client)
          .watch(
              HealthCheckRequest.getDefaultInstance(),
              new StreamObserver<>() {
                @Override
                public void onNext(HealthCheckResponse response) {}

                @Override
                public void onError(Throwable thrown) {
                  watching.complete(Status.fromThrowable(thrown));
                }

                @Override
                public void onCompleted() {}
              });
      await()
          .until(
              () -> {
                for (int i = 0; i < 100; i++) {
                  try (var call = Context.current().withCancellation()) {
                    call.run(
                        () ->
                            HealthGrpc.newStub(client)
                                .watch(HealthCheckRequest.getDefaultInstance(), ignoring()));
                  }
                }
                return watching.isDone();
              });
      assertThat(watching.join().getCode())
          .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNAVAILABLE);
    }
  }

  private static StreamObserver<HealthCheckResponse> ignoring() {
    return new StreamObserver<>() {
      @Override
      public void onNext(HealthCheckResponse response) {}

      @Override
      public void onError(Throwable thrown) {}

      @Override
      public void onCompleted() {}
    };
  }

  @Test
  void connectionThatIsIdleOrOldIsClosedAndOpenedAgain() throws IOException {
    try (GrpcServer server = server(new ConnectionLimits(1, 100, 200, 60_000))) {
      ManagedChannel client = connection(server);
      call(client);
      // Its connection no longer counts: otherwise its second one would be refused.
      await().ignoreExceptions().until(() -> call(connection(server)));
    }
  }

  private GrpcServer server(ConnectionLimits limits) throws IOException {
    GrpcServer server =
        GrpcServer.start(
            lane.loops(), "127.0.0.1", 0, RequestLimits.DEFAULT, limits, events::add, List.of());
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
