package io.quorate.client.internal.net;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Makes the channels of one client, and knows when they have ended: a channel that is told to end
 * while it connects still needs the event loop for a moment. For all threads.
 */
public final class Channels {
  private final Function<String, ManagedChannel> make;
  private final List<ManagedChannel> made = new CopyOnWriteArrayList<>();

  public Channels(Function<String, ManagedChannel> make) {
    this.make = make;
  }

  public ManagedChannel to(String address) {
    ManagedChannel channel = make.apply(address);
    made.removeIf(ManagedChannel::isTerminated);
    made.add(channel);
    return channel;
  }

  /** Those that are connected now. */
  public List<ManagedChannel> connected() {
    return made.stream()
        .filter(each -> !each.isShutdown() && each.getState(false) == ConnectivityState.READY)
        .toList();
  }

  /** Waits until all have ended that were told to, but no longer than this. */
  public void awaitEnd(long nanos) {
    long end = System.nanoTime() + nanos;
    try {
      for (ManagedChannel channel : made) {
        if (!channel.awaitTermination(Math.max(end - System.nanoTime(), 0), TimeUnit.NANOSECONDS)) {
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
