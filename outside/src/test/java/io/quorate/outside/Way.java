package io.quorate.outside;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a node over TCP, on which bytes can be cut off, lost, or kept for a while. */
final class Way implements AutoCloseable {
  /** What happens on the way. */
  enum State {
    OPEN(true, true),
    /** Connections end, and new ones end at once. */
    CUT(false, false),
    /** What is sent to the node waits, and arrives once the way is open again. */
    REQUESTS_WAIT(false, true),
    /** What the node sends waits, and arrives once the way is open again. */
    ANSWERS_WAIT(true, false),
    /** Nothing passes; what was sent arrives once the way is open again. */
    ALL_WAITS(false, false),
    /**
     * What is sent to the node arrives, and what it answers does not; connections end when the way
     * changes, since what was lost would be missing in their midst.
     */
    ANSWERS_LOST(true, false);

    private final boolean requestsPass;
    private final boolean answersPass;

    State(boolean requestsPass, boolean answersPass) {
      this.requestsPass = requestsPass;
      this.answersPass = answersPass;
    }

    private boolean passes(boolean answers) {
      return answers ? answersPass : requestsPass;
    }
  }

  private final ServerSocket entrance;
  private final String host;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Changed under the lock of this. */
  private State state = State.OPEN;

  /**
   * @param to host and port of the node
   */
  Way(String to) {
    this(to, "127.0.0.1", 0);
  }

  /**
   * @param to host and port of the node
   * @param at the host at which this listens instead of the node
   * @param atPort its port; 0: any
   */
  Way(String to, String at, int atPort) {
    String[] parts = to.split(":", -1);
    host = parts[0];
    port = Integer.parseInt(parts[1]);
    try {
      entrance = new ServerSocket(atPort, 50, InetAddress.getByName(at));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** Where to connect to instead of to the node. */
  String address() {
    return "127.0.0.1:" + entrance.getLocalPort();
  }

  /** Lets this happen from now on. */
  synchronized void become(State next) {
    State before = state;
    state = next;
    if (next == State.CUT || (before == State.ANSWERS_LOST && next != before)) {
      open.forEach(this::end);
    }
    notifyAll();
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        connect(entrance.accept());
      } catch (IOException closed) {
        // The test is over, or this caller is gone.
      }
    }
  }

  private void connect(Socket caller) {
    Socket node = new Socket();
    open.add(caller);
    open.add(node);
    try {
      if (isCut()) {
        throw new IOException("cut");
      }
      node.connect(new InetSocketAddress(host, port));
      start(() -> carry(caller, node, false));
      start(() -> carry(node, caller, true));
    } catch (IOException notThere) {
      end(caller);
      end(node);
    }
  }

  private synchronized boolean isCut() {
    return state == State.CUT;
  }

  private void carry(Socket from, Socket to, boolean answers) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (awaitPassage(answers)) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException ended) {
      // One of the two ends is closed, and so is the other one now.
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      end(from);
      end(to);
    }
  }

  /** Waits while bytes of a direction wait; whether they go on, or are lost. */
  private synchronized boolean awaitPassage(boolean answers) throws InterruptedException {
    while (!state.passes(answers)) {
      if (state == State.CUT || state == State.ANSWERS_LOST) {
        return false;
      }
      wait();
    }
    return true;
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "way");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    become(State.CUT);
  }
}
