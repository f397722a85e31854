package io.quorate.cli.output;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, which remembers why it could not be written. A print stream swallows that, and a
 * value that is cut off by a full disk would look like a whole one.
 */
public final class ResultStream extends PrintStream {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Remembering to;

  public ResultStream(OutputStream to) {
    this(new Remembering(to));
  }

  private ResultStream(Remembering to) {
    super(new BufferedOutputStream(to, BUFFER_BYTES), false, StandardCharsets.UTF_8);
    this.to = to;
  }

  /** What a command that cannot write its results fails with. */
  RuntimeException failure() {
    IOException why = to.failure;
    if (why == null || String.valueOf(why.getMessage()).contains("Broken pipe")) {
      return new OutputGoneException();
    }
    return new UncheckedIOException("standard output cannot be written: " + why.getMessage(), why);
  }

  private static final class Remembering extends FilterOutputStream {
    private @Nullable IOException failure;

    Remembering(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
