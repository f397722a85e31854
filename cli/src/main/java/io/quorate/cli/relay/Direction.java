package io.quorate.cli.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One direction of a connection: what is read is written later, in its order. */
final class Direction {
  private static final int PIECE_BYTES = 64 * 1024;

  /** Pieces under way; the sender waits while there are more, as on a full network. */
  private static final int PIECES_MAX = 1_024;

  private final Socket from;
  private final Socket to;
  private final Delays delays;
  private final BlockingQueue<Piece> underWay = new LinkedBlockingQueue<>(PIECES_MAX);

  /**
   * What was read at once.
   *
   * @param bytes none at the end of the stream
   */
  private record Piece(byte[] bytes, long dueNanos) {
    boolean isEnd() {
      return bytes.length == 0;
    }
  }

  Direction(Socket from, Socket to, Delays delays) {
    this.from = from;
    this.to = to;
    this.delays = delays;
  }

  void start() {
    Thread reading = Thread.ofVirtual().start(this::read);
    Thread unused = Thread.ofVirtual().start(() -> write(reading));
  }

  private void read() {
    byte[] buffer = new byte[PIECE_BYTES];
    long due = System.nanoTime();
    try {
      for (int read = readInto(buffer); read >= 0; read = readInto(buffer)) {
        // A piece does not overtake the one before.
        due = Math.max(due, System.nanoTime() + delays.nextNanos());
        underWay.put(new Piece(Arrays.copyOf(buffer, read), due));
      }
      underWay.put(new Piece(new byte[0], due));
    } catch (InterruptedException targetGone) {
      Thread.currentThread().interrupt();
    }
  }

  /** A connection that is reset ends, as one that is closed. */
  private int readInto(byte[] buffer) {
    try {
      return from.getInputStream().read(buffer);
    } catch (IOException reset) {
      return -1;
    }
  }

  private void write(Thread reading) {
    try {
      OutputStream out = to.getOutputStream();
      for (Piece piece = underWay.take(); !piece.isEnd(); piece = underWay.take()) {
        TimeUnit.NANOSECONDS.sleep(piece.dueNanos - System.nanoTime());
        out.write(piece.bytes);
      }
      to.shutdownOutput();
      if (from.isOutputShutdown()) { // so has the other direction
        end(from);
        end(to);
      }
    } catch (IOException broken) {
      end(from);
      end(to);
      reading.interrupt();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
