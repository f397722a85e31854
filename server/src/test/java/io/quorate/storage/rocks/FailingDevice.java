package io.quorate.storage.rocks;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A device that gives nothing back of a file, as one with a bad sector; on Linux. */
final class FailingDevice {
  /** To be closed by the database alone: a number is another file's once it was closed. */
  private static final List<RandomAccessFile> OPEN = new ArrayList<>();

  private FailingDevice() {}

  /**
   * Reads of a table that a database of this process has open end with EIO from now on; the file
   * itself is as it was. What is open in its place is the memory of the process: at such low
   * addresses there is none.
   */
  static void failReadsOf(Path table) throws IOException {
    Epoll.ensureAvailability();
    for (Path descriptor : descriptors()) {
      if (isOf(table, descriptor)) {
        new FileDescriptor(Integer.parseInt(descriptor.getFileName().toString())).close();
        for (int i = 0; i < 1_000 && !Files.exists(descriptor, NOFOLLOW_LINKS); i++) {
          OPEN.add(new RandomAccessFile("/proc/self/mem", "r")); // it gets the least that is free
        }
        assertThat(Files.readSymbolicLink(descriptor)).hasFileName("mem");
        return;
      }
    }
    throw new AssertionError(table + " is not open");
  }

  private static List<Path> descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.toList();
    }
  }

  private static boolean isOf(Path table, Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(table.toRealPath());
    } catch (IOException closed) {
      return false;
    }
  }
}
