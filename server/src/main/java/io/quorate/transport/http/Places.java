package io.quorate.transport.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are kept, in the order in which they were last of use. When there are too
 * many, of one address or at all, the one that was of no use for longest makes room for the new
 * one: so a client that holds connections open, and asks nothing, keeps no probe of health out. On
 * the one thread.
 */
final class Places {
  private final int max;
  private final int ofOneAddressMax;
  private final Map<Channel, Place> places = new LinkedHashMap<>();

  /** Connections that are open, for other threads. */
  private final AtomicInteger open = new AtomicInteger();

  /**
   * Of one connection.
   *
   * @param from null if it is not known any more
   */
  private record Place(@Nullable InetAddress from) {}

  Places(int max, int ofOneAddressMax) {
    this.max = max;
    this.ofOneAddressMax = ofOneAddressMax;
  }

  /** Takes a connection in, and closes another if there are too many. */
  void enter(Channel connection) {
    Place place =
        new Place(
            connection.remoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress()
                : null);
    long ofThisAddress = places.values().stream().filter(place::equals).count();
    if (ofThisAddress >= ofOneAddressMax) {
      closeFirst(place);
    } else if (places.size() >= max) {
      closeFirst(null);
    }
    places.put(connection, place);
    open.incrementAndGet();
    ChannelFuture unused =
        connection
            .closeFuture()
            .addListener(
                closed -> {
                  places.remove(connection);
                  open.decrementAndGet();
                });
  }

  /** How many connections are open; may be asked on any thread. */
  int open() {
    return open.get();
  }

  /** It was given an answer. */
  void wasOfUse(Channel connection) {
    Place place = places.remove(connection);
    if (place != null) {
      places.put(connection, place);
    }
  }

  private void closeFirst(@Nullable Place like) {
    for (Map.Entry<Channel, Place> each : places.entrySet()) {
      if (like == null || each.getValue().equals(like)) {
        places.remove(each.getKey());
        ChannelFuture unused = each.getKey().close();
        return;
      }
    }
  }
}
