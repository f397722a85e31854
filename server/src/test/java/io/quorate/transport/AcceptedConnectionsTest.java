package io.quorate.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections on which nothing is called: how long they stay, and how many there may be. */
class AcceptedConnectionsTest {
  private final AcceptedConnections accepted =
      new AcceptedConnections(ConnectionLimits.DEFAULT, member -> false, event -> {});
  private final EmbeddedChannel channel = new EmbeddedChannel();

  private void goOn(long millis) {
    channel.advanceTimeBy(millis, MILLISECONDS);
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private void accept() {
    channel.freezeTime();
    assertThat(accepted.accept(channel, channel.eventLoop())).isTrue();
  }

  @Test
  void aSilentConnectionEnds() {
    accept();
    for (long millis = 0; millis < ConnectionLimits.SILENT_MILLIS_MAX - 100; millis += 100) {
      goOn(100);
    }
    assertThat(channel.isOpen()).isTrue();
    goOn(200);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aPauseOfThisProcessIsNoSilenceOfOthers() {
    accept();
    goOn(60_000); // nothing runs, and nothing is read
    assertThat(channel.isOpen()).isTrue();
    accepted.called(channel.remoteAddress());
    for (int i = 0; i < 10; i++) {
      goOn(ConnectionLimits.SILENT_MILLIS_MAX);
    }
    assertThat(channel.isOpen()).isTrue();
  }

  private static final ConnectionLimits FEW = new ConnectionLimits(1, 100, 0, 60_000);

  private static EmbeddedChannel from(String address, int port) throws UnknownHostException {
    SocketAddress from = new InetSocketAddress(InetAddress.getByName(address), port);
    return new EmbeddedChannel() {
      @Override
      public SocketAddress remoteAddress() {
        return from;
      }
    };
  }

  /** A host has each address of its /64: else it would have all the places of strangers. */
  @Test
  void aNetworkOfIpv6HasFourTimesThePlacesOfAnAddress() throws UnknownHostException {
    var few = new AcceptedConnections(FEW, member -> false, event -> {});
    List<EmbeddedChannel> all = new ArrayList<>();
    for (int i = 0; i < FEW.ofNetworkMax(); i++) {
      all.add(from("2001:db8::" + Integer.toHexString(i + 1), 1));
      assertThat(few.accept(all.getLast(), channel.eventLoop())).as("%d", i).isTrue();
    }
    EmbeddedChannel more = from("2001:db8::ffff", 1);
    assertThat(few.accept(more, channel.eventLoop())).as("of the same /64").isFalse();
    EmbeddedChannel other = from("2001:db8:0:1::1", 1);
    assertThat(few.accept(other, channel.eventLoop())).as("of another").isTrue();
    for (int i = 1; i < 255; i++) {
      EmbeddedChannel ofIpv4 = from("192.0.2." + i, 1);
      assertThat(few.accept(ofIpv4, channel.eventLoop())).as("IPv4, %d", i).isTrue();
    }
    var unused = all.getFirst().close();
    channel.runPendingTasks();
    assertThat(few.accept(more, channel.eventLoop())).as("one has ended").isTrue();
  }

  /** All application servers of a site may be in one: the last quarter is kept for others. */
  @Test
  void aNetworkOfIpv6MayHaveThreeQuartersOfThePlacesForConnectionsWithACall()
      throws UnknownHostException {
    var few = new AcceptedConnections(FEW, member -> false, event -> {});
    int quarters = FEW.acceptedMax() - FEW.acceptedMax() / 4;
    assertThat(quarters).isGreaterThan(2 * FEW.ofNetworkMax());
    for (int i = 0; i < quarters; i++) {
      assertThat(calls(few, from("2001:db8::" + Integer.toHexString(i + 1), 1))).isTrue();
    }
    assertThat(calls(few, from("2001:db8::ffff", 1))).as("of the same /64").isFalse();
    assertThat(calls(few, from("2001:db8:0:1::1", 1))).as("of another").isTrue();
  }

  private boolean calls(AcceptedConnections few, EmbeddedChannel from) {
    boolean isAccepted = few.accept(from, channel.eventLoop());
    few.called(from.remoteAddress());
    channel.runPendingTasks();
    return isAccepted;
  }

  /** Other nodes in the same /64 take nothing from its clients. */
  @Test
  void connectionsOfOtherNodesDoNotCountAsOfTheirNetwork() throws UnknownHostException {
    InetAddress member = InetAddress.getByName("2001:db8::aaaa");
    var few = new AcceptedConnections(FEW, member::equals, event -> {});
    for (int i = 0; i < FEW.ofNetworkMax(); i++) {
      assertThat(few.accept(from("2001:db8::aaaa", i + 1), channel.eventLoop())).isTrue();
    }
    assertThat(few.accept(from("2001:db8::1", 1), channel.eventLoop())).isTrue();
  }

  /** Honest hosts of one /64 do not share the places of one address. */
  @Test
  void anAddressOfIpv6HasNoMorePlacesThanAnyOther() throws UnknownHostException {
    var few = new AcceptedConnections(FEW, member -> false, event -> {});
    for (int i = 0; i < FEW.ofAddressMax(); i++) {
      assertThat(few.accept(from("2001:db8::1", i + 1), channel.eventLoop())).isTrue();
    }
    assertThat(few.accept(from("2001:db8::1", 9_999), channel.eventLoop())).isFalse();
    assertThat(few.accept(from("2001:db8::2", 1), channel.eventLoop())).isTrue();
  }
}
