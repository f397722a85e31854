package io.quorate.cli.process;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** A file that its user and group can read, and no one else, whatever the process allows. */
public final class AuditFile extends RollingFileAppender<ILoggingEvent> {
  private static final String PERMISSIONS = "rw-r-----";

  @Override
  public void openFile(String name) throws IOException {
    super.openFile(name);
    Path file = Path.of(name);
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
