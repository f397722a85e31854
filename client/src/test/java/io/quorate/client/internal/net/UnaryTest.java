package io.quorate.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.PlacementGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnaryTest {
  /**
   * Else what is told goes on with the state of the loop on another thread, and schedules on a loop
   * that refuses it.
   */
  @Test
  void onceTheLoopHasEndedOnlyACallerIsTold() {
    Loop loop = new Loop();
    loop.end(() -> {});
    // Its listeners are called in the order of the questions, by the thread that could not connect.
    ManagedChannel nothingListens =
        NettyChannelBuilder.forTarget("127.0.0.1:1").usePlaintext().directExecutor().build();
    try {
      List<Object> toldOfTheLoop = new CopyOnWriteArrayList<>();
      CompletableFuture<Throwable> toldToTheCaller = new CompletableFuture<>();
      Unary.ask(
          loop,
          nothingListens,
          PlacementGrpc.getGetPlacementMethod(),
          GetPlacementRequest.getDefaultInstance(),
          TimeUnit.MINUTES.toNanos(1),
          toldOfTheLoop::add,
          toldOfTheLoop::add);
      Unary.askForCaller(
          loop,
          nothingListens,
          PlacementGrpc.getGetPlacementMethod(),
          GetPlacementRequest.getDefaultInstance(),
          TimeUnit.MINUTES.toNanos(1),
          answer -> {},
          toldToTheCaller::complete);
      assertThat(toldToTheCaller).succeedsWithin(Duration.ofMinutes(1));
      assertThat(toldOfTheLoop).isEmpty();
    } finally {
      nothingListens.shutdownNow();
    }
  }
}
