package io.quorate.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.client.internal.net.Channels;
import io.quorate.client.internal.net.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
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
                  .channelFactory(loop::socket)
                  .directExecutor()
                  .build());

  private final List<ManagedChannel> opened = new ArrayList<>();

  /**
   * Also after a failure: gRPC tells of a channel that is forgotten, in the midst of other tests.
   */
  @AfterEach
  void shutDown() {
    opened.forEach(ManagedChannel::shutdownNow);
  }

  private ManagedChannel open(Channels of) {
    ManagedChannel channel = of.to("127.0.0.1:1");
    opened.add(channel);
    return channel;
  }

  @Test
  void loopStillRunsWhileChannelsEnd() {
    AtomicBoolean ran = new AtomicBoolean();
    Channels ending =
        new Channels(
            address ->
                new EndingChannel(
                    Wiring.channel(loop, address, null, List.of()), () -> ran.set(runs())));
    ManagedChannel channel = open(ending);
    loop.end(
        () -> {
          channel.shutdownNow();
          ending.awaitEnd(TimeUnit.MINUTES.toNanos(1));
        });
    assertThat(ran).as("the loop still runs while a channel ends").isTrue();
    assertThat(channel.isTerminated()).isTrue();
  }

  @Test
  void endIsWaitedForNoLongerThanSaid() {
    ManagedChannel open = open(channels);
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
