package io.quorate.transport.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Hands on what comes to its port, and counts the bytes that go the way of the caller's. */
final class CountingRelay implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final AtomicLong bytes = new AtomicLong();

  CountingRelay(int target) {
    this.target = target;
    try {
      listening = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** What came from callers so far. */
  long bytes() {
    return bytes.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket caller = listening.accept();
        Socket called = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> relay(caller, called, bytes));
        Thread.ofVirtual().start(() -> relay(called, caller, new AtomicLong()));
      } catch (IOException closed) {
        // the loop looks whether it is this one
      }
    }
  }

  private static void relay(Socket from, Socket to, AtomicLong count) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 << 10];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        count.addAndGet(read);
        out.write(buffer, 0, read);
      }
    } catch (IOException ended) {
      // both are closed, as the ends see
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
