package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.runtime.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node answers once it goes on after a pause, as by SIGSTOP; here its clock leaps. */
class StoodStillOnRealNodeTest {
  private static final int PORT = 17_590;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Duration WITHIN = Duration.ofMinutes(1);

  /** As long as clients give a node to show that it is there. */
  private static final long TIMEOUT_MILLIS = 1_000;

  /** For the first request, which connects. */
  private static final long CONNECTED_WITHIN_MILLIS = 10_000;

  private final AtomicLong leaptNanos = new AtomicLong();
  private final TestClock clock =
      TestClock.of(System::currentTimeMillis, () -> System.nanoTime() + leaptNanos.get());

  /**
   * Requests may have waited for longer than their senders do, and are refused; the question by
   * which clients see that the node is there is answered, or they would give up its connections.
   */
  @Test
  void whetherItIsThereIsAnsweredWhileRequestsAreRefused(@TempDir Path directory) throws Exception {
    try (RealCluster cluster = new RealCluster(directory, PORT, 1)) {
      cluster.start(0, Map.of(), new Machine(clock, UnaryOperator.identity()));
      cluster.awaitReady(0);
      ManagedChannel channel =
          ManagedChannelBuilder.forTarget(cluster.address(0)).usePlaintext().build();
      try {
        assertThat(read(channel, CONNECTED_WITHIN_MILLIS)).isEqualTo(Status.Code.OK);
        await()
            .atMost(WITHIN)
            .until(
                () -> {
                  leaptNanos.addAndGet(PAUSE_NANOS);
                  Status.Code before = read(channel, TIMEOUT_MILLIS);
                  Status.Code there = whetherItIsThere(channel);
                  Status.Code after = read(channel, TIMEOUT_MILLIS);
                  assertThat(there).isEqualTo(Status.Code.OK);
                  // Else it was asked too late: what came then is known not to have waited.
                  return before == Status.Code.UNAVAILABLE && after == Status.Code.UNAVAILABLE;
                });
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static Status.Code read(ManagedChannel channel, long timeoutMillis) {
    return codeOf(
        () -> {
          var unused =
              KeyValueGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                  .get(GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build());
        });
  }

  private static Status.Code whetherItIsThere(ManagedChannel channel) {
    return codeOf(
        () -> {
          var unused =
              PlacementGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                  .getPlacement(GetPlacementRequest.getDefaultInstance());
        });
  }

  private static Status.Code codeOf(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException failed) {
      return failed.getStatus().getCode();
    }
  }
}
