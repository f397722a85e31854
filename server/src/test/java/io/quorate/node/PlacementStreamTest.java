package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.client.QuorateClient;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.transport.client.WatchedPlacement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes send their watchers each step of a topology change, and nothing else. */
class PlacementStreamTest {
  private static final int FIRST_PORT = 17_560;
  private static final int PARTITIONS = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path directory;

  @Test
  void topologyChangeReachesAClientByTheStream() throws Exception {
    try (RealCluster cluster = new RealCluster(directory, FIRST_PORT, 3)) {
      for (int i = 0; i < 3; i++) {
        cluster.start(i, Map.of("cluster.partitions", String.valueOf(PARTITIONS)));
      }
      for (int i = 0; i < 3; i++) {
        cluster.awaitReady(i);
      }
      ManagedChannel channel =
          ManagedChannelBuilder.forTarget(cluster.address(1)).usePlaintext().build();
      try (QuorateClient client = QuorateClient.builder().endpoints(cluster.address(0)).build()) {
        Watcher watcher = new Watcher();
        PlacementGrpc.newStub(channel)
            .watchPlacement(WatchPlacementRequest.getDefaultInstance(), watcher);
        await().atMost(PATIENCE).until(() -> watcher.messages() > 0);
        assertThat(watcher.table()).isEqualTo(WatchedPlacement.table(whole(channel)));
        MovingNodes nodes = new MovingNodes(cluster, client);
        long bytesBefore = watcher.bytes();
        int messagesBefore = watcher.messages();
        try (QuorateNode joined = QuorateNode.start(nodes.config())) {
          nodes.awaitShare();
          assertThat(joined.readiness().ready()).isTrue();
          await()
              .atMost(PATIENCE)
              .until(() -> watcher.table().equals(WatchedPlacement.table(whole(channel))));
          long full = whole(channel).getSerializedSize();
          int messages = watcher.messages() - messagesBefore;
          long bytes = watcher.bytes() - bytesBefore;
          assertThat(messages).isGreaterThan(10);
          assertThat(bytes).isLessThan(messages * full / 4);
          cluster.stop(1);
          Status end = watcher.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
          assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
          assertThat(end.getDescription()).contains("this node stops");
        }
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static GetPlacementResponse whole(ManagedChannel channel) {
    return PlacementGrpc.newBlockingStub(channel)
        .getPlacement(GetPlacementRequest.getDefaultInstance());
  }

  /** Keeps what it receives. */
  private static final class Watcher implements StreamObserver<WatchPlacementResponse> {
    private final WatchedPlacement placement = new WatchedPlacement();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public synchronized void onNext(WatchPlacementResponse update) {
      placement.onMessage(update);
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }

    synchronized WatchedPlacement.Table table() {
      return placement.table();
    }

    synchronized int messages() {
      return placement.messages();
    }

    synchronized long bytes() {
      return placement.bytes();
    }

    CompletableFuture<Status> end() {
      return end;
    }
  }
}
