package io.quorate.outside;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A way to a node on which its answers can be lost: what is sent to the node arrives, and what the
 * node answers from then on does not.
 */
final class LossyTunnel implements AutoCloseable {
  private final ServerSocket entrance;
  private final String host;
  private final int port;
  private final CopyOnWriteArrayList<Socket> open = new CopyOnWriteArrayList<>();
  private volatile boolean losing;

  LossyTunnel(String address) {
    String[] parts = address.split(":", -1);
    host = parts[0];
    port = Integer.parseInt(parts[1]);
    try {
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** Where to connect to instead of to the node. */
  String address() {
    return "127.0.0.1:" + entrance.getLocalPort();
  }

  /** From now on nothing that the node answers arrives. */
  void loseAnswers() {
    losing = true;
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = entrance.accept();
        Socket node = new Socket(host, port);
        open.add(caller);
        open.add(node);
        start(() -> carry(caller, node, false));
        start(() -> carry(node, caller, true));
      }
    } catch (IOException closed) {
      // The test is over, or the node is gone: no further connection is carried on.
    }
  }

  private void carry(Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8_192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!answers || !losing) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException ended) {
      // One of the two ends is closed, and so is the other one now.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "tunnel");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      entrance.close();
      for (Socket each : open) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
