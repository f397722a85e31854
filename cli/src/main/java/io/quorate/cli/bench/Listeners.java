package io.quorate.cli.bench;

import io.quorate.client.admin.Placement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which processes of this machine listen on which TCP ports, from Linux' /proc. */
final class Listeners {
  private static final String LISTENING = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private Listeners() {}

  /** Processes of nodes that run on this machine. */
  static List<Long> ofNodes(Placement placement) throws IOException {
    Set<Integer> ports = new TreeSet<>();
    for (Placement.Node node : placement.nodes()) {
      int colon = node.address().lastIndexOf(':');
      if (isHere(node.address().substring(0, colon))) {
        ports.add(Integer.parseInt(node.address().substring(colon + 1)));
      }
    }
    return pids(ports);
  }

  /** Whether a host is this machine. One that is down may have no address at all. */
  static boolean isHere(String host) throws SocketException {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (UnknownHostException down) {
      return false;
    }
  }

  /** The processes listening on any of the ports that we may look into; none without /proc. */
  static List<Long> pids(Set<Integer> ports) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        for (String line : Files.readAllLines(Path.of(table))) {
          addSocket(line, ports, sockets);
        }
      } catch (IOException notLinux) {
        return List.of();
      }
    }
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(path -> holdsAny(path.resolve("fd"), sockets))
          .map(path -> Long.parseLong(path.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException notLinux) {
      return List.of();
    }
  }

  /** Adds the socket of a line of /proc/net/tcp (proc(5)) if it listens on one of the ports. */
  static void addSocket(String line, Set<Integer> ports, Set<String> sockets) {
    String[] fields = line.strip().split("\\s+", -1);
    if (fields.length > INODE && fields[STATE].equals(LISTENING)) {
      String address = fields[LOCAL_ADDRESS];
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
      if (ports.contains(port)) {
        sockets.add("socket:[" + fields[INODE] + "]");
      }
    }
  }

  private static boolean holdsAny(Path descriptors, Set<String> sockets) {
    List<Path> links = new ArrayList<>();
    try (Stream<Path> list = Files.list(descriptors)) {
      list.forEach(links::add);
    } catch (IOException | UncheckedIOException notOurs) {
      return false;
    }
    for (Path link : links) {
      try {
        if (sockets.contains(Files.readSymbolicLink(link).toString())) {
          return true;
        }
      } catch (IOException closedMeanwhile) {
        // One descriptor less to look at.
      }
    }
    return false;
  }
}
