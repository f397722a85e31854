package io.quorate.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links between node 1, which opens connections, and node 2, which a socket stands for. */
@Timeout(60)
class LinksTest {
  private static final int SILENCE_MILLIS = 200;
  private static final int PATIENCE_MILLIS = 30_000;

  private Links links;
  private ServerSocket node;
  private int port;

  @BeforeEach
  void open() throws IOException {
    links = Links.open();
    node = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    String address = links.listen(1, 2);
    port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    links.up(2, node.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    links.close();
    node.close();
  }

  @Test
  void whatOneEndSaysTheOtherHearsUntilItEnds() throws IOException {
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      assertArrives(opener, accepted, 1);
      assertArrives(accepted, opener, 2);
      opener.shutdownOutput();
      assertThat(accepted.getInputStream().read()).isEqualTo(-1);
      assertArrives(accepted, opener, 3);
      accepted.shutdownOutput();
      assertThat(opener.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void largeAmountsPassWhileTheReaderIsSlow() throws Exception {
    byte[] much = new byte[8 << 20];
    for (int i = 0; i < much.length; i++) {
      much[i] = (byte) (i * 31);
    }
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      Thread writer =
          new Thread(
              () -> {
                try {
                  opener.getOutputStream().write(much);
                  opener.shutdownOutput();
                } catch (IOException failed) {
                  throw new IllegalStateException(failed);
                }
              });
      writer.start();
      assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(much);
      writer.join();
    }
  }

  @Test
  void nothingPassesACutAndWhatWasHeldBackComesLater() throws IOException {
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      links.cut(Set.of(new Cut(1, 2), new Cut(2, 1)));
      assertHeldBack(opener, accepted, 1);
      assertHeldBack(accepted, opener, 2);
      links.heal(cut -> true);
      assertThat(accepted.getInputStream().read()).isEqualTo(1);
      assertThat(opener.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void aCutOfOneWayLeavesTheOther() throws IOException {
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      links.cut(Set.of(new Cut(1, 2)));
      assertHeldBack(opener, accepted, 1);
      assertArrives(accepted, opener, 2);
      links.heal(cut -> true);
      assertThat(accepted.getInputStream().read()).isEqualTo(1);
      links.cut(Set.of(new Cut(2, 1)));
      assertArrives(opener, accepted, 3);
      assertHeldBack(accepted, opener, 4);
      assertThat(links.cuts()).containsExactly(new Cut(2, 1));
    }
  }

  @Test
  void aConnectionThatWasOpenedInACutIsNeverHeardOf() throws IOException {
    links.cut(Set.of(new Cut(2, 1)));
    try (Socket opener = connect()) {
      opener.getOutputStream().write(1);
      node.setSoTimeout(SILENCE_MILLIS);
      assertThatThrownBy(node::accept).isInstanceOf(SocketTimeoutException.class);
      links.heal(cut -> true);
      assertEnds(opener);
      assertThatThrownBy(node::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void severedConnectionsEndAtOnceAndNodesThatAreDownRefuse() throws IOException {
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      assertArrives(opener, accepted, 1);
      links.sever(2);
      assertEnds(opener);
      assertEnds(accepted);
    }
    links.down(2);
    try (Socket refused = connect()) {
      assertEnds(refused);
    } catch (IOException atOnce) {
      assertThat(atOnce).hasMessageContaining("reset");
    }
    links.up(2, node.getLocalPort());
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      assertArrives(opener, accepted, 2);
    }
  }

  /** Packets of a node that dies are lost in a cut as others are: its connections stay silent. */
  @Test
  void theEndOfANodeIsHeardAcrossACutOnceThatHasHealed() throws IOException {
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      assertArrives(opener, accepted, 1);
      links.cut(Set.of(new Cut(2, 1)));
      links.sever(2);
      assertEnds(accepted);
      assertSilent(opener);
      links.sever(2);
      assertSilent(opener);
      links.heal(cut -> true);
      assertEnds(opener);
    }
  }

  @Test
  void theEndOfAnOpenerIsHeardAcrossACutOnceThatHasHealed() throws IOException {
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      assertArrives(opener, accepted, 1);
      links.cut(Set.of(new Cut(1, 2)));
      links.sever(1);
      assertEnds(opener);
      assertSilent(accepted);
      links.heal(cut -> true);
      assertEnds(accepted);
    }
  }

  @Test
  void theEndOfANodeIsHeardAcrossACutOfTheOtherWay() throws IOException {
    try (Socket opener = connect();
        Socket accepted = node.accept()) {
      assertArrives(opener, accepted, 1);
      links.cut(Set.of(new Cut(1, 2)));
      links.sever(2);
      assertEnds(opener);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void assertArrives(Socket from, Socket to, int value) throws IOException {
    from.getOutputStream().write(value);
    to.setSoTimeout(PATIENCE_MILLIS);
    assertThat(to.getInputStream().read()).isEqualTo(value);
  }

  private static void assertHeldBack(Socket from, Socket to, int value) throws IOException {
    from.getOutputStream().write(value);
    to.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(to.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);
    to.setSoTimeout(PATIENCE_MILLIS);
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(socket.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);
  }

  private static void assertEnds(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    boolean ended;
    try {
      ended = socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException silent) {
      ended = false;
    } catch (IOException reset) {
      ended = true;
    }
    assertThat(ended).isTrue();
  }
}
