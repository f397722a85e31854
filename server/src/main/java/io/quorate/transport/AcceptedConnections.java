package io.quorate.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.quorate.event.Event;
import io.quorate.replication.event.RequestEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a node, counted as they come. A place that is taken by a connection on which
 * nothing is ever called is lost to all others, so such connections have little time, and one
 * address cannot have them all, nor one /64 of IPv6, of which a host has each address; and some
 * places are for other nodes only.
 *
 * <p>Used on the loop of the listening socket, except {@link #open()}, {@link #called}, {@link
 * #turnAway}, {@link #after}, {@link #pause} and {@link #end}.
 */
final class AcceptedConnections {
  private static final Event TOO_MANY = new RequestEvent.Overloaded("connections");
  private static final Event TOO_MANY_OF_ADDRESS =
      new RequestEvent.Overloaded("connections_of_address");

  /** So that the refusal of a call reaches its client before the connection ends. */
  private static final long TURNED_AWAY_MILLIS = 1_000;

  /**
   * The time for silence goes by in steps: when this process stood still, one of them ends at once,
   * and during the other it hears what was sent meanwhile.
   */
  private static final int SILENT_STEPS = 2;

  private final ConnectionLimits limits;
  private final Predicate<InetAddress> members;
  private final Consumer<Event> events;

  private final Map<InetAddress, Counts> byAddress = new HashMap<>();

  /** Those of IPv6 only. */
  private final Map<Network, Counts> byNetwork = new HashMap<>();

  /** Connections that are open, by the address of their other end. */
  private final ConcurrentHashMap<SocketAddress, Arrived> open = new ConcurrentHashMap<>();

  /** Changed on the loop of the listening socket only. */
  private final AtomicInteger connections = new AtomicInteger();

  AcceptedConnections(
      ConnectionLimits limits, Predicate<InetAddress> members, Consumer<Event> events) {
    this.limits = limits;
    this.members = members;
    this.events = events;
  }

  /** Of one address, or of one network. */
  private static final class Counts {
    private int connections;
    private int silent;

    /**
     * Returns whether it has as many as it may.
     *
     * @param scarce whether few enough places are left that connections with a call count, too
     */
    private boolean isFull(int max, boolean scarce) {
      return silent >= max || (scarce && connections >= max);
    }
  }

  /**
   * Where a connection comes from.
   *
   * @param ofNetwork null if it is not of IPv6, or of another node
   */
  private record Origin(
      InetAddress address,
      Counts ofAddress,
      @Nullable Network network,
      @Nullable Counts ofNetwork) {
    private void enters() {
      ofAddress.connections++;
      ofAddress.silent++;
      if (ofNetwork != null) {
        ofNetwork.connections++;
        ofNetwork.silent++;
      }
    }

    private void speaks() {
      ofAddress.silent--;
      if (ofNetwork != null) {
        ofNetwork.silent--;
      }
    }

    private void leaves() {
      ofAddress.connections--;
      if (ofNetwork != null) {
        ofNetwork.connections--;
      }
    }
  }

  /** One connection. */
  private static final class Arrived {
    private final Channel channel;
    private final Origin origin;
    private final EventExecutor loop;

    /** Owned by the loop of the listening socket. */
    private boolean silent = true;

    private volatile boolean called;

    Arrived(Channel channel, Origin origin, EventExecutor loop) {
      this.channel = channel;
      this.origin = origin;
      this.loop = loop;
    }

    private void speaks() {
      if (silent) {
        silent = false;
        origin.speaks();
      }
    }
  }

  /** Returns whether a connection that has been accepted may stay. */
  boolean accept(Channel channel, EventExecutor loop) {
    SocketAddress from = channel.remoteAddress();
    InetAddress address =
        from instanceof InetSocketAddress inet
            ? inet.getAddress()
            : InetAddress.getLoopbackAddress();
    Origin origin = origin(address);
    Event refusal = refusal(origin);
    if (refusal != null) {
      events.accept(refusal);
      forget(origin);
      return false;
    }
    connections.incrementAndGet();
    origin.enters();
    Arrived arrived = new Arrived(channel, origin, loop);
    if (from != null) {
      open.put(from, arrived);
    }
    var unused =
        channel.closeFuture().addListener(closed -> loop.execute(() -> left(from, arrived)));
    listen(arrived, SILENT_STEPS);
    return true;
  }

  private Origin origin(InetAddress address) {
    Network network = members.test(address) ? null : Network.ofIpv6(address);
    return new Origin(
        address,
        byAddress.computeIfAbsent(address, none -> new Counts()),
        network,
        network == null ? null : byNetwork.computeIfAbsent(network, none -> new Counts()));
  }

  /** Connections that are open; may be asked anywhere. */
  int open() {
    return connections.get();
  }

  private @Nullable Event refusal(Origin origin) {
    int connections = open();
    if (connections >= limits.acceptedMax()) {
      return TOO_MANY;
    }
    boolean half = connections >= limits.acceptedMax() / 2;
    boolean threeQuarters = connections >= limits.acceptedMax() - limits.acceptedMax() / 4;
    boolean tooMany = connections >= limits.ofStrangersMax();
    boolean tooManyOfAddress =
        origin.ofAddress.isFull(limits.ofAddressMax(), half)
            || (origin.ofNetwork != null
                && origin.ofNetwork.isFull(limits.ofNetworkMax(), threeQuarters));
    if ((!tooMany && !tooManyOfAddress) || members.test(origin.address)) {
      return null;
    }
    return tooMany ? TOO_MANY : TOO_MANY_OF_ADDRESS;
  }

  /** Ends a connection that stays silent for this number of steps. */
  private void listen(Arrived arrived, int steps) {
    var unused =
        arrived.loop.schedule(
            () -> {
              if (!arrived.silent || !arrived.channel.isOpen()) {
                return;
              }
              if (steps > 1) {
                listen(arrived, steps - 1);
              } else {
                close(arrived.channel);
              }
            },
            ConnectionLimits.SILENT_MILLIS_MAX / SILENT_STEPS,
            TimeUnit.MILLISECONDS);
  }

  /** Past the handlers of HTTP/2, which would wait ten more seconds for an answer. */
  private static void close(Channel channel) {
    Channel.Unsafe unsafe = channel.unsafe();
    channel.eventLoop().execute(() -> unsafe.close(unsafe.voidPromise()));
  }

  private void left(@Nullable SocketAddress from, Arrived arrived) {
    connections.decrementAndGet();
    arrived.origin.leaves();
    arrived.speaks();
    if (from != null) {
      open.remove(from, arrived);
    }
    forget(arrived.origin);
  }

  private void forget(Origin origin) {
    if (origin.ofAddress.connections == 0) {
      byAddress.remove(origin.address, origin.ofAddress);
    }
    if (origin.ofNetwork != null && origin.ofNetwork.connections == 0) {
      byNetwork.remove(origin.network, origin.ofNetwork);
    }
  }

  /** Something is called on a connection; may be called from any loop. */
  void called(@Nullable SocketAddress from) {
    Arrived arrived = from == null ? null : open.get(from);
    if (arrived != null && !arrived.called) {
      arrived.called = true;
      arrived.loop.execute(arrived::speaks);
    }
  }

  /** Runs a task some time later, unless the connection has ended. */
  void after(@Nullable SocketAddress from, long millis, Runnable task) {
    Arrived arrived = from == null ? null : open.get(from);
    if (arrived != null) {
      var unused =
          arrived.loop.schedule(
              () -> {
                if (arrived.channel.isOpen()) {
                  task.run();
                }
              },
              millis,
              TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Reads nothing more from a connection, until what it returns is run; called on the loop of the
   * connection.
   */
  Runnable pause(@Nullable SocketAddress from) {
    Arrived arrived = from == null ? null : open.get(from);
    return arrived == null ? () -> {} : PausedReads.begin(arrived.channel)::end;
  }

  /** Ends a connection at once; may be called from any loop. */
  void end(@Nullable SocketAddress from) {
    Arrived arrived = from == null ? null : open.get(from);
    if (arrived != null) {
      close(arrived.channel);
    }
  }

  /** Ends a connection whose calls are refused, in a moment; may be called from any loop. */
  void turnAway(@Nullable SocketAddress from) {
    Arrived arrived = from == null ? null : open.get(from);
    if (arrived != null) {
      var unused =
          arrived.loop.schedule(
              () -> {
                var unusedToo = arrived.channel.close();
              },
              TURNED_AWAY_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }
}
