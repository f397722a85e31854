package io.quorate.transport.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.quorate.transport.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are kept, in the order in which they were last of use. When there are too
 * many, of one address, of one /64 of IPv6 or at all, the one of these that was of no use for
 * longest makes room for the new one: so a client that holds connections open, and asks nothing,
 * keeps no probe of health out. On the one thread.
 */
final class Places {
  private final int max;
  private final int ofOneAddressMax;
  private final int ofOneNetworkMax;
  private final Map<Channel, Place> places = new LinkedHashMap<>();

  /** Connections that are open, for other threads. */
  private final AtomicInteger open = new AtomicInteger();

  /**
   * Of one connection.
   *
   * @param from null if it is not known any more
   */
  private record Place(@Nullable InetAddress from) {
    private boolean isOf(Network network) {
      return network.equals(Network.ofIpv6(from));
    }
  }

  Places(int max, int ofOneAddressMax) {
    this.max = max;
    this.ofOneAddressMax = ofOneAddressMax;
    this.ofOneNetworkMax = Network.ADDRESSES_PER_64 * ofOneAddressMax;
  }

  /** Takes a connection in, and closes another if there are too many. */
  void enter(Channel connection) {
    Place place =
        new Place(
            connection.remoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress()
                : null);
    Network network = Network.ofIpv6(place.from);
    if (count(place::equals) >= ofOneAddressMax) {
      closeFirst(place::equals);
    } else if (network != null && count(each -> each.isOf(network)) >= ofOneNetworkMax) {
      closeFirst(each -> each.isOf(network));
    } else if (places.size() >= max) {
      closeFirst(any -> true);
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

  private long count(Predicate<Place> like) {
    return places.values().stream().filter(like).count();
  }

  private void closeFirst(Predicate<Place> like) {
    for (Map.Entry<Channel, Place> each : places.entrySet()) {
      if (like.test(each.getValue())) {
        places.remove(each.getKey());
        ChannelFuture unused = each.getKey().close();
        return;
      }
    }
  }
}
