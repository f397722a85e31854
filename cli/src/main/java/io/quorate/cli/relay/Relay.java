package io.quorate.cli.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Listens at one port, and connects each connection to a target, with a delay in each direction.
 */
final class Relay implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final ServerSocket entrance;
  private final String host;
  private final int port;
  private final Delays delays;

  private Relay(ServerSocket entrance, String host, int port, Delays delays) {
    this.entrance = entrance;
    this.host = host;
    this.port = port;
    this.delays = delays;
  }

  /**
   * Starts a relay.
   *
   * @param port 0: any that is free
   * @param target host and port, resolved for each connection
   */
  static Relay start(String listen, int port, String target, Delays delays) throws IOException {
    int colon = target.lastIndexOf(':');
    Relay relay =
        new Relay(
            new ServerSocket(),
            target.substring(0, colon),
            Integer.parseInt(target.substring(colon + 1)),
            delays);
    relay.entrance.bind(new InetSocketAddress(listen, port));
    Thread unused = Thread.ofPlatform().daemon().name("relay-" + port).start(relay::accept);
    return relay;
  }

  int port() {
    return entrance.getLocalPort();
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket caller = entrance.accept();
        Thread unused = Thread.ofVirtual().start(() -> connect(caller));
      } catch (IOException closed) {
        // The relay is closed, or this caller is gone.
      }
    }
  }

  private void connect(Socket caller) {
    Socket target = new Socket();
    try {
      // Delays are of the relay's making: the system must not wait for more to send.
      caller.setTcpNoDelay(true);
      target.setTcpNoDelay(true);
      target.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
    } catch (IOException notThere) {
      Direction.end(caller);
      Direction.end(target);
      return;
    }
    new Direction(caller, target, delays).start();
    new Direction(target, caller, delays).start();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
