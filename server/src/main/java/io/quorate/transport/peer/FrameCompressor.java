package io.quorate.transport.peer;

import io.grpc.Compressor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses the frames of one link by gzip, which all releases of Quorate read: gRPC names the
 * encoding with the call, and marks each message that has it.
 *
 * <p>It runs on the lane, so it works at the fastest level, keeps its tables from frame to frame,
 * and leaves out frames that are too small to gain, and for a while all, after one that hardly got
 * smaller: values may be compressed already.
 */
final class FrameCompressor implements Compressor {
  /** A smaller frame is sent as it is: heartbeats, and single answers. */
  static final int BYTES_MIN = 256;

  /** Frames that are sent as they are after one that was not worth it. */
  static final int RESTED_FRAMES = 32;

  /** A frame was worth it if it lost at least this share: one over this. */
  private static final int WORTH_SHARE = 8;

  private static final int BUFFER_BYTES = 8 << 10;

  /** No flags, no time, no name; of an unknown system (RFC 1952). */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, -1};

  private static final int TRAILER_BYTES = 8;

  private final Listener listener;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int resting;

  /** Told of each frame that was compressed, before it is sent. */
  @FunctionalInterface
  interface Listener {
    /**
     * @param before bytes that it had
     * @param after bytes that are sent
     */
    void compressed(long before, long after);
  }

  FrameCompressor(Listener listener) {
    this.listener = listener;
  }

  /** The encoding, as gRPC knows it. */
  @Override
  public String getMessageEncoding() {
    return "gzip";
  }

  /** Whether the next frame, of so many bytes, is to be compressed. */
  boolean takes(int bytes) {
    if (bytes < BYTES_MIN) {
      return false;
    }
    if (resting > 0) {
      resting--;
      return false;
    }
    return true;
  }

  /** One frame at a time: the stream is to be closed before the next is asked for. */
  @Override
  public OutputStream compress(OutputStream target) throws IOException {
    deflater.reset();
    checksum.reset();
    target.write(HEADER);
    return new Gzip(target);
  }

  private void finished(long before, long after) {
    if (after > before - before / WORTH_SHARE) {
      resting = RESTED_FRAMES;
    }
    listener.compressed(before, after);
  }

  private final class Gzip extends OutputStream {
    private final OutputStream target;
    private boolean closed;

    Gzip(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      checksum.update(bytes, offset, length);
      deflater.setInput(bytes, offset, length);
      while (!deflater.needsInput()) {
        drain();
      }
    }

    private void drain() throws IOException {
      target.write(buffer, 0, deflater.deflate(buffer));
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      deflater.finish();
      while (!deflater.finished()) {
        drain();
      }
      writeInt((int) checksum.getValue());
      writeInt((int) deflater.getBytesRead());
      finished(deflater.getBytesRead(), HEADER.length + deflater.getBytesWritten() + TRAILER_BYTES);
      target.close();
    }

    /** The lowest byte first. */
    private void writeInt(int value) throws IOException {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        target.write(value >>> shift);
      }
    }
  }
}
