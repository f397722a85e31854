package io.quorate.cli.process;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Appends to a file, and removes what was written of a line that did not fit. */
final class WholeLines extends OutputStream {
  private final Path file;
  private final FileOutputStream end;

  WholeLines(Path file) throws IOException {
    this.file = file;
    this.end = new FileOutputStream(file.toFile(), true);
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one});
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    long before = file.toFile().length();
    try {
      end.write(bytes, offset, length);
    } catch (IOException full) {
      cutTo(before);
      throw full;
    }
  }

  private void cutTo(long bytes) {
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
      if (whole.length() > bytes) {
        whole.setLength(bytes);
      }
    } catch (IOException asItIs) {
      // The part of a line stays, as it does where the process is killed.
    }
  }

  @Override
  public void close() throws IOException {
    end.close();
  }
}
