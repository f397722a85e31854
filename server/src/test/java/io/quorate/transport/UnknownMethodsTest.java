package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.quorate.event.Event;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.GetCallerRequest;
import io.quorate.replication.event.RequestEvent;
import io.quorate.transport.event.TransportEvent.StrangerEnded;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real server, and clients that call what it does not have. */
class UnknownMethodsTest {
  private final TestLane lane = new TestLane();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    lane.close();
    assertThat(lane.broken).isEmpty();
  }

  @Test
  void theAnswerNamesTheMethod() throws Exception {
    try (GrpcServer server = server(false)) {
      Status status = status(call(connection(server), "quorate.v9.Later/Do"));
      assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(status.getDescription()).isEqualTo("this node has no method quorate.v9.Later/Do");
    }
  }

  @Test
  void aConnectionNeedsAPlaceForThem() throws Exception {
    try (GrpcServer server = server(false)) {
      assertThat(status(call(connection(server), "any.Thing/Do")).getCode())
          .isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(status(call(connection(server), "any.Thing/Do")).getCode())
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(events).contains(new RequestEvent.Overloaded("client_connections"));
    }
  }

  /** Also of methods that are called as those of nodes are. */
  @Test
  void aConnectionThatHasNotLoggedInEndsAfterTooMany() throws Exception {
    for (String method : List.of("any.Thing/Do", "quorate.internal.Thing/Do")) {
      events.clear();
      try (GrpcServer server = server(true)) {
        ManagedChannel stranger = connection(server);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 2 * StrangerPlaces.REQUESTS_MAX; i++) {
          calls.add(call(stranger, method));
        }
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> events.contains(new StrangerEnded(true)));
        int answered = 0;
        for (Future<?> call : calls) {
          answered += status(call).getCode() == Status.Code.UNIMPLEMENTED ? 1 : 0;
        }
        assertThat(answered).isEqualTo(StrangerPlaces.REQUESTS_MAX + 1);
      }
    }
  }

  private static Status status(Future<?> call) throws InterruptedException {
    try {
      return Status.OK.withDescription(String.valueOf(call.get()));
    } catch (ExecutionException failed) {
      return Status.fromThrowable(failed);
    }
  }

  private static Future<?> call(ManagedChannel connection, String method) {
    return ClientCalls.futureUnaryCall(
        connection.newCall(
            AccessGrpc.getGetCallerMethod().toBuilder().setFullMethodName(method).build(),
            CallOptions.DEFAULT),
        GetCallerRequest.getDefaultInstance());
  }

  private ManagedChannel connection(GrpcServer server) {
    ManagedChannel connection =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    channels.add(connection);
    return connection;
  }

  /**
   * @param ofStrangers whether no user is known of any connection
   */
  private GrpcServer server(boolean ofStrangers) throws IOException {
    ServerTransportFilter callers =
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes transport) {
            return transport.toBuilder().set(ClientPlaces.OF_STRANGER, () -> ofStrangers).build();
          }
        };
    return GrpcServer.start(
        lane.loops(),
        "127.0.0.1",
        0,
        InsecureServerCredentials.create(),
        callers,
        RequestLimits.DEFAULT,
        new ConnectionLimits(1, 100, 0, 60_000),
        address -> false,
        events::add,
        List.of());
  }
}
