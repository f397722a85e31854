package io.quorate.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names of hosts for nodes and for this JVM, by the JDK's property {@code jdk.net.hosts.file}. A
 * name that is taken out of the file does not resolve any more, as that of a container that is
 * gone.
 */
final class HostsFile {
  private final Path file;
  private final Map<String, String> addresses = new TreeMap<>();

  HostsFile(Path file) {
    this.file = file;
  }

  /** Returns the file that this JVM itself was started with. */
  static HostsFile ofThisJvm() {
    return new HostsFile(Path.of(System.getProperty("quorate.hosts")));
  }

  Path file() {
    return file;
  }

  synchronized HostsFile put(String name, String address) {
    addresses.put(name, address);
    return write();
  }

  synchronized HostsFile remove(String name) {
    addresses.remove(name);
    return write();
  }

  private HostsFile write() {
    StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
    addresses.forEach(
        (name, address) -> lines.append(address).append(' ').append(name).append('\n'));
    try {
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(next, lines);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return this;
  }
}
