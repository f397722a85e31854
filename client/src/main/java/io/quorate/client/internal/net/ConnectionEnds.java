package io.quorate.client.internal.net;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Hears of connections that the other side asks to end, as nodes do at an age that is set there
 * ({@code limits.connection_age}). Streams may stay on such a connection for a few seconds, and are
 * then cut off; what is begun from now on goes by another one.
 */
public final class ConnectionEnds {
  /** Streams of a connection that is broken have ended by then, and said so themselves. */
  private static final long BROKEN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private ConnectionEnds() {}

  /** As {@link #tell}, but of the next connection if there is none now. */
  public static void tellOnceConnected(ManagedChannel channel, Loop loop, Runnable asked) {
    ConnectivityState now = channel.getState(false);
    if (now == ConnectivityState.READY) {
      tell(channel, loop, asked);
    } else if (now != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(now, () -> tellOnceConnected(channel, loop, asked));
    }
  }

  /**
   * Tells once, on the loop, when the connection of now is asked to end; at once if there is none.
   */
  public static void tell(ManagedChannel channel, Loop loop, Runnable asked) {
    channel.notifyWhenStateChanged(
        ConnectivityState.READY,
        () -> {
          try {
            loop.run(() -> loop.schedule(asked, BROKEN_NANOS));
          } catch (RejectedExecutionException loopEnded) {
            // So have the connections.
          }
        });
  }
}
