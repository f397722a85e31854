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
 * address cannot have them all; and some places are for other nodes only.
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

  /** Of one address. */
  private static final class Counts {
    private int connections;
    private int silent;
  }

  /** One connection. */
  private static final class Arrived {
    private final Channel channel;
    private final Counts counts;
    private final EventExecutor loop;

    /** Owned by the loop of the listening socket. */
    private boolean silent = true;

    private volatile boolean called;

    Arrived(Channel channel, Counts counts, EventExecutor loop) {
      this.channel = channel;
      this.counts = counts;
      this.loop = loop;
    }

    private void speaks() {
      if (silent) {
        silent = false;
        counts.silent--;
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
    Counts counts = byAddress.computeIfAbsent(address, none -> new Counts());
    Event refusal = refusal(address, counts);
    if (refusal != null) {
      events.accept(refusal);
      forget(address, counts);
      return false;
    }
    connections.incrementAndGet();
    counts.connections++;
    counts.silent++;
    Arrived arrived = new Arrived(channel, counts, loop);
    if (from != null) {
      open.put(from, arrived);
    }
    var unused =
        channel
            .closeFuture()
            .addListener(closed -> loop.execute(() -> left(address, from, arrived)));
    listen(arrived, SILENT_STEPS);
    return true;
  }

  /** Connections that are open; may be asked anywhere. */
  int open() {
    return connections.get();
  }

  private @Nullable Event refusal(InetAddress address, Counts counts) {
    int connections = open();
    if (connections >= limits.acceptedMax()) {
      return TOO_MANY;
    }
    boolean half = connections >= limits.acceptedMax() / 2;
    boolean tooMany = connections >= limits.ofStrangersMax();
    boolean tooManyOfAddress =
        counts.silent >= limits.ofAddressMax()
            || (half && counts.connections >= limits.ofAddressMax());
    if ((!tooMany && !tooManyOfAddress) || members.test(address)) {
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

  private void left(InetAddress address, @Nullable SocketAddress from, Arrived arrived) {
    connections.decrementAndGet();
    arrived.counts.connections--;
    arrived.speaks();
    if (from != null) {
      open.remove(from, arrived);
    }
    forget(address, arrived.counts);
  }

  private void forget(InetAddress address, Counts counts) {
    if (counts.connections == 0) {
      byAddress.remove(address, counts);
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
