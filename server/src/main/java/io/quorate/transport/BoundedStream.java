package io.quorate.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails when more is read from it than it may hold: a small message can inflate. */
final class BoundedStream extends FilterInputStream {
  private final int bytesMax;
  private long read;

  BoundedStream(InputStream stream, int bytesMax) {
    super(stream);
    this.bytesMax = bytesMax;
  }

  @Override
  public int read() throws IOException {
    int next = super.read();
    count(next < 0 ? 0 : 1);
    return next;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    count(Math.max(count, 0));
    return count;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long more) throws IOException {
    read += more;
    if (read > bytesMax) {
      throw new IOException("decompressed it has more than " + bytesMax + " bytes, the limit");
    }
  }
}
