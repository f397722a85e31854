package io.quorate.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which connection makes room for a new one. */
class PlacesTest {
  private static final int OF_ONE_ADDRESS_MAX = 2;
  private static final int OF_ONE_NETWORK_MAX = 8;

  private final Places places = new Places(12, OF_ONE_ADDRESS_MAX);

  private EmbeddedChannel enter(String address, int port) throws UnknownHostException {
    SocketAddress from = new InetSocketAddress(InetAddress.getByName(address), port);
    EmbeddedChannel connection =
        new EmbeddedChannel() {
          @Override
          public SocketAddress remoteAddress() {
            return from;
          }
        };
    places.enter(connection);
    return connection;
  }

  @Test
  void anAddressMakesRoomItself() throws UnknownHostException {
    EmbeddedChannel other = enter("2001:db8::1", 1);
    EmbeddedChannel first = enter("2001:db8::2", 1);
    EmbeddedChannel second = enter("2001:db8::2", 2);
    EmbeddedChannel third = enter("2001:db8::2", 3);
    assertThat(first.isOpen()).isFalse();
    assertThat(List.of(other, second, third)).allMatch(EmbeddedChannel::isOpen);
  }

  /** Else a host, which has each address of its /64, would close the connections of others. */
  @Test
  void aNetworkOfIpv6MakesRoomItself() throws UnknownHostException {
    EmbeddedChannel other = enter("192.0.2.1", 1);
    List<EmbeddedChannel> ofNetwork = new ArrayList<>();
    for (int i = 1; i <= 2 * OF_ONE_NETWORK_MAX; i++) {
      ofNetwork.add(enter("2001:db8::" + i, 1));
    }
    assertThat(ofNetwork).filteredOn(EmbeddedChannel::isOpen).hasSize(OF_ONE_NETWORK_MAX);
    assertThat(ofNetwork.subList(OF_ONE_NETWORK_MAX, ofNetwork.size()))
        .allMatch(EmbeddedChannel::isOpen);
    assertThat(other.isOpen()).isTrue();
  }

  /** A /24 of IPv4 is no host. */
  @Test
  void addressesOfIpv4MakeRoomForEachOtherOnceAllPlacesAreTaken() throws UnknownHostException {
    List<EmbeddedChannel> all = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      all.add(enter("192.0.2." + i, 1));
    }
    assertThat(all).allMatch(EmbeddedChannel::isOpen);
    EmbeddedChannel more = enter("192.0.2.13", 1);
    assertThat(all.getFirst().isOpen()).isFalse();
    assertThat(more.isOpen()).isTrue();
  }
}
