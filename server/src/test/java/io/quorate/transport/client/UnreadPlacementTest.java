package io.quorate.transport.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.admin.FakeAdmin;
import io.quorate.event.Event;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.SystemClock;
import io.quorate.transport.ConnectionLimits;
import io.quorate.transport.GrpcServer;
import io.quorate.transport.RequestLimits;
import io.quorate.transport.TestLane;
import io.quorate.transport.access.AnyCallers;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of a client that watches the placement and never reads, by a real connection. */
class UnreadPlacementTest {
  private static final int HASTE = 100;

  private final List<Event> events = new CopyOnWriteArrayList<>();

  /** The client's stream is ended; nothing of it is left once its connection is closed. */
  @Test
  void clientThatNeverReadsLosesItsConnection() throws Exception {
    FakeAdmin admin = new FakeAdmin();
    admin.state = new ChangingClusterState(new Random(3), 20_000).now();
    try (TestLane lane = new TestLane()) {
      PlacementService placement =
          new PlacementService(
              admin,
              new Hasty(lane.lane()),
              new SystemClock(),
              RequestLimits.DEFAULT,
              100,
              () -> false,
              events::add);
      lane.run(placement::changed);
      try (GrpcServer server =
          GrpcServer.start(
              lane.loops(),
              "127.0.0.1",
              0,
              RequestLimits.DEFAULT,
              ConnectionLimits.DEFAULT,
              events::add,
              List.of(
                  ServerInterceptors.intercept(placement.definition(), AnyCallers.allowed())))) {
        ManagedChannel channel =
            NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .flowControlWindow(1_000)
                .build();
        try {
          Silent client = new Silent();
          ClientCall<WatchPlacementRequest, WatchPlacementResponse> call =
              channel.newCall(PlacementGrpc.getWatchPlacementMethod(), CallOptions.DEFAULT);
          call.start(client, new Metadata());
          call.sendMessage(WatchPlacementRequest.getDefaultInstance());
          call.halfClose();
          await()
              .atMost(60, TimeUnit.SECONDS)
              .until(() -> events.contains(new RequestEvent.Overloaded("placement_unread")));
          await()
              .atMost(60, TimeUnit.SECONDS)
              .until(() -> channel.getState(false) != ConnectivityState.READY);
          call.request(1); // gRPC tells the end after what has come before
          Status end = client.end.get(60, TimeUnit.SECONDS);
          assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
          assertThat(events).containsExactly(new RequestEvent.Overloaded("placement_unread"));
        } finally {
          channel.shutdownNow();
        }
      }
    }
  }

  /** Asks for no message, so that flow control holds what the node sends. */
  private static final class Silent extends ClientCall.Listener<WatchPlacementResponse> {
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(status);
    }
  }

  /** A lane on which a second is 10 ms. */
  private record Hasty(Lane lane) implements Lane {
    @Override
    public void execute(Runnable task) {
      lane.execute(task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      return lane.schedule(delayNanos / HASTE, task);
    }

    @Override
    public boolean isCurrent() {
      return lane.isCurrent();
    }
  }
}
