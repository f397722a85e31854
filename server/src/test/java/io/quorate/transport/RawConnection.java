package io.quorate.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A client that speaks HTTP/2 by hand, to do what a client of gRPC does not let one do. */
final class RawConnection implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** Initial flow-control window of a connection (RFC 9113). */
  private static final int WINDOW = 65_535;

  private final Socket socket;
  private final Semaphore window = new Semaphore(WINDOW);
  private final Semaphore answeredPings = new Semaphore(0);

  /** Calls that the server has ended. */
  final Set<Integer> ended = ConcurrentHashMap.newKeySet();

  private int lastStream = -1;

  RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    Thread reader = new Thread(this::read, "raw-connection");
    reader.setDaemon(true);
    reader.start();
  }

  /** Begins a call; returns its stream. */
  int call(String path) throws IOException {
    return call(path, "identity");
  }

  /** Begins a call whose messages may be encoded so; returns its stream. */
  int call(String path, String encoding) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x83); // :method POST
    block.write(0x86); // :scheme http
    literal(block, 4, "", path);
    literal(block, 1, "", "localhost");
    literal(block, 0, "content-type", "application/grpc");
    literal(block, 0, "te", "trailers");
    literal(block, 0, "grpc-encoding", encoding);
    lastStream += 2;
    frame(HEADERS, END_HEADERS, lastStream, block.toByteArray());
    return lastStream;
  }

  private static void literal(ByteArrayOutputStream out, int nameIndex, String name, String value) {
    out.write(nameIndex);
    if (nameIndex == 0) {
      text(out, name);
    }
    text(out, value);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(text.length());
    out.writeBytes(text.getBytes(US_ASCII));
  }

  /** Sends bytes of a message that was announced with a length; false if there is no room. */
  boolean send(int stream, byte[] bytes) throws IOException {
    try {
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(16_384, bytes.length - from);
        if (!window.tryAcquire(length, 3, TimeUnit.SECONDS)) {
          return false;
        }
        byte[] part = new byte[length];
        System.arraycopy(bytes, from, part, 0, length);
        frame(DATA, 0, stream, part);
        from += length;
      }
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns when the server has read all that was sent; false if it does not within seconds. */
  boolean awaitRead() throws IOException {
    frame(PING, 0, 0, new byte[8]);
    try {
      return answeredPings.tryAcquire(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The five bytes before each message of gRPC. */
  static byte[] announced(int length) {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(length).array();
  }

  private synchronized void frame(int type, int flags, int stream, byte[] payload)
      throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    socket.getOutputStream().write(frame.array());
  }

  private void read() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == SETTINGS && (flags & 1) == 0) {
          frame(SETTINGS, 1, 0, new byte[0]);
        } else if (type == PING && (flags & 1) != 0) {
          answeredPings.release();
        } else if (type == WINDOW_UPDATE && stream == 0) {
          window.release(ByteBuffer.wrap(payload).getInt());
        } else if (type == RST_STREAM || (type == HEADERS && (flags & END_STREAM) != 0)) {
          ended.add(stream);
        }
      }
    } catch (IOException closed) {
      // The server or the test has ended the connection.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
