package io.quorate.cli.dev;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.security.Credentials;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.HostPort;
import io.quorate.node.config.JoinChoice;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The nodes of a cluster on this machine that are there already, and the next one. */
final class AddedNodes {
  private static final Pattern NAME = Pattern.compile("node-([1-9][0-9]?)");
  private static final int NUMBER_MAX = 99;

  private final Path data;

  AddedNodes(Path data) {
    this.data = data.toAbsolutePath().normalize();
  }

  /** Those that joined the cluster after so many had formed it. */
  List<DevNode> after(int founders) throws IOException {
    return List.copyOf(all().tailMap(founders + 1).values());
  }

  /**
   * Makes a directory with a configuration for one more node, with the next number that has no
   * directory and whose ports are free.
   *
   * @throws CommandFailedException if there is no cluster to join, or there is no such number
   */
  DevNode next(JoinChoice join) throws IOException {
    List<DevNode> all = after(0);
    if (all.isEmpty()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "there is no cluster in %s: start one with 'quorate dev --data %s' first"
              .formatted(data, data));
    }
    DevNode last = all.getLast();
    if (last.tls() != null) {
      new DevCertificates(data).make(List.of()); // fails before anything else is there
    }
    List<String> seeds = all.stream().map(DevNode::address).toList();
    for (int number = last.number() + 1; number <= NUMBER_MAX; number++) {
      Path own = data.resolve("node-" + number);
      int port = last.grpcPort() + number - last.number();
      Credentials tls = last.tls() == null ? null : new DevCertificates(data).ofNode(number);
      DevNode node = new DevNode(number, port, port + DevNode.HTTP_OFFSET, own, seeds, join, tls);
      if (node.takenPort() != null) {
        continue; // a node that cannot start would keep the others from starting, too
      }
      try {
        Files.createDirectory(own);
      } catch (FileAlreadyExistsException taken) {
        continue; // another is being added, or it was never started
      }
      if (tls != null) {
        new DevCertificates(data).make(List.of(number));
      }
      node.writeConfig();
      return node;
    }
    throw new CommandFailedException(
        ExitCode.FAILED,
        "there is no number up to %d for another node in %s whose ports are free"
            .formatted(NUMBER_MAX, data));
  }

  /**
   * Removes a node that has never run: the next start of all nodes would start it, too.
   *
   * @param why what kept it from running; is told what could not be removed
   */
  static void remove(DevNode node, CommandFailedException why) {
    try {
      DirectoryTree.delete(node.directory());
    } catch (IOException stays) {
      why.addSuppressed(stays);
    }
  }

  /** Whether the nodes that are there know each other by certificates; false if there are none. */
  boolean areSecure() throws IOException {
    return all().values().stream().anyMatch(node -> node.tls() != null);
  }

  private SortedMap<Integer, DevNode> all() throws IOException {
    SortedMap<Integer, DevNode> found = new TreeMap<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(data, "node-*")) {
      for (Path own : directories) {
        Matcher name = NAME.matcher(String.valueOf(own.getFileName()));
        if (name.matches() && Files.exists(own.resolve("quorate.yml"))) {
          int number = Integer.parseInt(name.group(1));
          found.put(number, read(number, own));
        }
      }
    } catch (NoSuchFileException nothing) {
      return found;
    }
    return found;
  }

  private static @Nullable Credentials credentials(NodeConfig.Tls tls) {
    return tls.certificate() == null || tls.key() == null || tls.authorities() == null
        ? null
        : new Credentials(tls.certificate(), tls.key(), tls.authorities());
  }

  private static DevNode read(int number, Path own) {
    try {
      NodeConfig config = NodeConfig.load(own.resolve("quorate.yml"), Map.of());
      int port = config.node().address().port();
      HostPort http = config.httpListen();
      return new DevNode(
          number,
          port,
          http == null ? port + DevNode.HTTP_OFFSET : http.port(),
          own,
          config.cluster().seeds(),
          config.cluster().join(),
          credentials(config.tls()));
    } catch (ConfigException wrong) {
      throw new CommandFailedException(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
    }
  }
}
