package io.quorate.storage.rocks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.storage.StorageOpenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  @TempDir private Path directory;

  /** POSIX would take the lock away from the process when the second one closes the file. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aSecondNodeOfThisProcessDoesNotUnlockTheDirectoryForOthers() throws Exception {
    try (DirectoryLock first = DirectoryLock.take(directory)) {
      assertThat(isLockedForOthers()).isTrue();
      Path sameByAnotherName =
          Files.createSymbolicLink(directory.resolve("link"), directory.toAbsolutePath());
      assertThatThrownBy(() -> DirectoryLock.take(sameByAnotherName))
          .isInstanceOf(StorageOpenException.class)
          .hasMessageContaining("is in use by this process");
      assertThat(isLockedForOthers()).isTrue();
      assertThat(first).isNotNull();
    }
    assertThat(isLockedForOthers()).isFalse();
    DirectoryLock.take(directory).close();
  }

  /** As the kernel has it: process and inode of each lock. */
  private boolean isLockedForOthers() throws IOException {
    String inode = ":" + Files.getAttribute(directory.resolve("lock"), "unix:ino") + " ";
    try (var locks = Files.lines(Path.of("/proc/locks"))) {
      return locks.anyMatch(line -> line.contains("POSIX") && line.contains(inode));
    }
  }
}
