package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The event loop outlives the channels that run on it. */
class ChannelsTest {
  private final Loop loop = new Loop();
  private final Channels channels =
      new Channels(
          address ->
              NettyChannelBuilder.forTarget(address)
                  .usePlaintext()
                  .eventLoopGroup(loop.group())
                  .channelType(loop.channelType())
                  .directExecutor()
                  .build());

  @Test
  void loopStillRunsWhileChannelsEnd() {
    ManagedChannel channel = channels.to("127.0.0.1:1");
    assertThat(channel.getState(true)).isNotEqualTo(ConnectivityState.READY);
    loop.end(
        () -> {
          channel.shutdownNow();
          channels.awaitEnd(TimeUnit.MINUTES.toNanos(1));
          assertThat(channel.isTerminated()).isTrue();
          assertThat(runs()).isTrue();
        });
  }

  @Test
  void endIsWaitedForNoLongerThanSaid() {
    ManagedChannel open = channels.to("127.0.0.1:1");
    long start = System.nanoTime();
    channels.awaitEnd(TimeUnit.MILLISECONDS.toNanos(50));
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000L);
    assertThat(open.isTerminated()).isFalse();
    open.shutdownNow();
    channels.awaitEnd(TimeUnit.MINUTES.toNanos(1));
    assertThat(open.isTerminated()).isTrue();
    loop.end(() -> {});
  }

  private boolean runs() {
    CompletableFuture<Boolean> ran = new CompletableFuture<>();
    loop.execute(() -> ran.complete(true));
    return ran.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
