package io.quorate.transport.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hands on what comes to its port, both ways, as late as if the two ends were far apart. */
final class DistantRelay implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final long oneWayNanos;

  /** What was read; empty at the end. */
  private record Piece(byte[] bytes, long dueNanos) {}

  DistantRelay(int target, long oneWayMillis) {
    this.target = target;
    this.oneWayNanos = TimeUnit.MILLISECONDS.toNanos(oneWayMillis);
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

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket caller = listening.accept();
        Socket called = new Socket(InetAddress.getLoopbackAddress(), target);
        relay(caller, called);
        relay(called, caller);
      } catch (IOException closed) {
        // the loop looks whether it is this one
      }
    }
  }

  private void relay(Socket from, Socket to) {
    BlockingQueue<Piece> underWay = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> read(from, underWay));
    Thread.ofVirtual().start(() -> write(to, underWay));
  }

  private void read(Socket from, BlockingQueue<Piece> underWay) {
    byte[] buffer = new byte[64 << 10];
    int read = 0;
    while (read >= 0) {
      try {
        InputStream in = from.getInputStream();
        read = in.read(buffer);
      } catch (IOException ended) {
        read = -1;
      }
      byte[] bytes = Arrays.copyOf(buffer, Math.max(0, read));
      underWay.add(new Piece(bytes, System.nanoTime() + oneWayNanos));
    }
  }

  private static void write(Socket to, BlockingQueue<Piece> underWay) {
    try (to) {
      OutputStream out = to.getOutputStream();
      for (Piece next = underWay.take(); next.bytes.length > 0; next = underWay.take()) {
        TimeUnit.NANOSECONDS.sleep(next.dueNanos - System.nanoTime());
        out.write(next.bytes);
      }
    } catch (IOException | InterruptedException ended) {
      // it is closed, as its end sees
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
