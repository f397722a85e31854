package io.quorate.cli.dev;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.security.Credentials;
import io.quorate.node.config.JoinChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one node of a cluster on this machine.
 *
 * @param number from 1
 * @param grpcPort where it serves clients and other nodes
 * @param httpPort where it serves metrics and health
 * @param directory its own, absolute
 * @param seeds addresses of the nodes that form the cluster, or of those there were when it joined
 * @param join whether it joins the cluster that the others form
 * @param tls files by which it is known; null: it takes plaintext
 */
record DevNode(
    int number,
    int grpcPort,
    int httpPort,
    Path directory,
    List<String> seeds,
    JoinChoice join,
    @Nullable Credentials tls) {
  static final String HOST = "127.0.0.1";

  /** From the one port of a node to the other. */
  static final int HTTP_OFFSET = 100;

  DevNode {
    seeds = List.copyOf(seeds);
  }

  /** The nodes of a cluster: node i serves gRPC on base + i and HTTP on base + 100 + i. */
  static List<DevNode> plan(int nodes, int basePort, Path directory) {
    return plan(nodes, basePort, directory, null);
  }

  /**
   * As above.
   *
   * @param certificates by which they know each other; null: by none
   */
  static List<DevNode> plan(
      int nodes, int basePort, Path directory, @Nullable DevCertificates certificates) {
    List<String> seeds = new ArrayList<>();
    for (int i = 1; i <= nodes; i++) {
      seeds.add(HOST + ":" + (basePort + i));
    }
    List<DevNode> plan = new ArrayList<>();
    for (int i = 1; i <= nodes; i++) {
      Path own = directory.toAbsolutePath().normalize().resolve("node-" + i);
      plan.add(
          new DevNode(
              i,
              basePort + i,
              basePort + HTTP_OFFSET + i,
              own,
              seeds,
              JoinChoice.FALSE,
              certificates == null ? null : certificates.ofNode(i)));
    }
    return plan;
  }

  String name() {
    return "node-" + number;
  }

  String address() {
    return HOST + ":" + grpcPort;
  }

  String httpAddress() {
    return HOST + ":" + httpPort;
  }

  /** What people are told of where it serves metrics and health. */
  String httpOrHttps() {
    return (tls == null ? "http " : "https ") + httpAddress();
  }

  Path configFile() {
    return directory.resolve("quorate.yml");
  }

  Path logFile() {
    return directory.resolve("log");
  }

  /**
   * Writes the node's configuration, unless an earlier start did: what was changed there by hand
   * stays.
   *
   * @throws CommandFailedException if the directory belongs to a cluster of other addresses
   */
  void writeConfig() throws IOException {
    requireThatConfigFits();
    Files.createDirectories(directory);
    if (!Files.exists(configFile())) {
      Files.writeString(configFile(), config());
    }
  }

  /**
   * Requires that there is no configuration yet, or one of this cluster.
   *
   * @throws CommandFailedException if the directory belongs to a cluster of other addresses
   */
  void requireThatConfigFits() throws IOException {
    if (Files.exists(configFile())
        && Files.readString(configFile()).lines().noneMatch(seedsLine()::equals)) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "%s is of a cluster with other addresses than %s: start with the --nodes and --base-port"
                  .formatted(configFile(), String.join(",", seeds))
              + " of the first time, or give another --data");
    }
  }

  /**
   * Requires that nothing listens on the ports of a node that was never started.
   *
   * @throws CommandFailedException if something does; says where
   */
  void requireFreePorts() {
    if (Files.exists(configFile())) {
      return; // its ports may have been changed by hand, and the node says by itself if they are
      // taken
    }
    String taken = takenPort();
    if (taken != null) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "%s: cannot listen on %s; stop what uses the port, or give another --base-port"
              .formatted(name(), taken));
    }
  }

  /** Returns at which port of the node another program listens, and why that is so; else null. */
  @Nullable String takenPort() {
    for (int port : List.of(grpcPort, httpPort)) {
      try (ServerSocket free = new ServerSocket()) {
        free.setReuseAddress(
            true); // as the node does: connections that were closed just now do not count
        free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException taken) {
        return "%s:%d: %s".formatted(HOST, port, taken.getMessage());
      }
    }
    return null;
  }

  private String seedsLine() {
    return "  seeds: [" + String.join(", ", seeds) + "]";
  }

  private String joinLine() {
    return join == JoinChoice.FALSE ? "" : "\n  join: " + join.name().toLowerCase(Locale.ROOT);
  }

  /** All nodes stand at one host, and their keys lie beside each other. */
  private String tokensLine() {
    return tls == null ? "" : "\n  join_tokens: never";
  }

  private String config() {
    return """
    # Written by `quorate dev`, and yours to change: later starts leave it as it is.
    # config/quorate.yml of the distribution explains every setting there is.
    node:
      data_dir: %s
      address: %s
      name: %s
      region: local
      zone: zone-%d
    %shttp:
      listen: %s
    cluster:
    %s
    storage:
      block_cache: 64MiB
    """
        .formatted(
            quoted(directory.resolve("data")),
            address(),
            name(),
            number,
            tlsLines(),
            httpAddress(),
            seedsLine() + joinLine() + tokensLine());
  }

  private String tlsLines() {
    return tls == null
        ? ""
        : """
        tls:
          certificate: %s
          key: %s
          authorities: %s
        """
            .formatted(quoted(tls.certificate()), quoted(tls.key()), quoted(tls.authorities()));
  }

  /** As YAML writes text that may hold anything. */
  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }
}
