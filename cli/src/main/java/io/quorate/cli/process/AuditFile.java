package io.quorate.cli.process;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A file that its user and group can read, and no one else, whatever the process allows. The caller
 * is told of a line that could not be written, by an {@link UncheckedIOException}: the library
 * would report it to a list of its own, and leave out further lines for a while, of which no one
 * would know.
 */
public final class AuditFile extends RollingFileAppender<ILoggingEvent> {
  private static final String PERMISSIONS = "rw-r-----";

  /** Of the line that is being written, under the lock of the stream. */
  private boolean written;

  private @Nullable IOException failure;

  @Override
  public void doAppend(ILoggingEvent event) {
    streamWriteLock.lock();
    try {
      written = false;
      failure = null;
      super.doAppend(event);
      if (!written) {
        IOException why = failure;
        throw new UncheckedIOException(
            why == null ? new IOException(getFile() + " is not open") : why);
      }
    } finally {
      streamWriteLock.unlock();
    }
  }

  @Override
  protected void writeOut(ILoggingEvent event) {
    try {
      if (getOutputStream() == null) {
        openFile(getFile()); // the last rollover could not open it
      }
      super.writeOut(event);
      written = true;
    } catch (IOException unwritable) {
      failure = unwritable;
    }
  }

  @Override
  public void openFile(String name) throws IOException {
    Path file = Path.of(name);
    setOutputStream(new WholeLines(file));
    try {
      if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
        Path unused =
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(PERMISSIONS));
      }
    } catch (IOException ofAnotherUser) {
      addWarn(name + " is of another user: its permissions stay as they are");
    }
  }
}
