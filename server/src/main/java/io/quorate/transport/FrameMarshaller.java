package io.quorate.transport;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Hands frames to gRPC as they are: one copy into the connection's buffer on the way out, one copy
 * out of it on the way in.
 */
public final class FrameMarshaller implements Marshaller<Frame> {
  public static final FrameMarshaller INSTANCE = new FrameMarshaller();

  private FrameMarshaller() {}

  @Override
  public InputStream stream(Frame frame) {
    return new FrameStream(frame);
  }

  @Override
  public Frame parse(InputStream stream) {
    try {
      // A compressed message does not know its length: its stream has one byte available.
      return Frame.of(stream instanceof KnownLength ? readKnown(stream) : stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] readKnown(InputStream stream) throws IOException {
    byte[] bytes = new byte[stream.available()];
    int read = stream.readNBytes(bytes, 0, bytes.length);
    if (read != bytes.length) {
      throw new IOException("a message of " + bytes.length + " bytes ended after " + read);
    }
    return bytes;
  }

  private static final class FrameStream extends ByteArrayInputStream
      implements KnownLength, Drainable {
    FrameStream(Frame frame) {
      super(frame.bytes(), 0, frame.length());
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = count - pos;
      target.write(buf, pos, length);
      pos = count;
      return length;
    }
  }
}
