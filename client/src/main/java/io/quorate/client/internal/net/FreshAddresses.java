package io.quorate.client.internal.net;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;

/**
 * Has the name of a host looked up again for each attempt to connect after one has failed. A
 * channel keeps the addresses that it found for 30 s, and a pod or container that was restarted
 * comes back at another one after a few. How long the JVM keeps them is up to the application.
 *
 * <p>A channel that failed becomes idle, and makes the next attempt when it is asked for something:
 * it does not wait by a clock of its own, so callers must pause between attempts.
 */
public final class FreshAddresses {
  private FreshAddresses() {}

  /** Returns the channel, which does so from now on. */
  public static ManagedChannel on(ManagedChannel channel) {
    await(channel, channel.getState(false));
    return channel;
  }

  /**
   * Has the name looked up again of a node that does not answer, though a channel may lead to it. A
   * host that is lost closes no connection: the system gives one up after a quarter of an hour, and
   * the name may lead elsewhere long before. Does so at most every 30 s, as long as gRPC keeps what
   * it found, and nothing while the channel is idle: then a look-up comes with the next attempt.
   */
  public static void lookUpAgain(ManagedChannel channel) {
    // A channel never waits here (see above); this is how gRPC is told to ask for addresses.
    channel.resetConnectBackoff();
  }

  /**
   * Has what is asked from now on go by a new connection, if there is one now. One that answers
   * nothing may lead through something that swallows what is sent, or to a host that was lost: when
   * that is back, it is a minute or two until the system sends anything again on the old one. What
   * is still open there goes on.
   */
  public static void connectAgain(ManagedChannel channel) {
    if (channel.getState(false) == ConnectivityState.READY) {
      channel.enterIdle();
    }
  }

  private static void await(ManagedChannel channel, ConnectivityState known) {
    if (known != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(known, () -> onChange(channel));
    }
  }

  private static void onChange(ManagedChannel channel) {
    ConnectivityState state = channel.getState(false);
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      channel.enterIdle();
    }
    await(channel, state);
  }
}
