package io.quorate.outside;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The nodes of one cluster; closing it ends them and deletes what they wrote. */
final class Nodes implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  /**
   * Of brief tests and campaigns: other work goes on beside them, and nodes that have just started
   * answer late.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration HEARS_WITHIN = Duration.ofMinutes(1);

  private final Path directory;
  private final List<Node> all = new ArrayList<>();

  private Nodes(Path directory) {
    this.directory = directory;
  }

  /** Returns three nodes on 127.0.0.1 that are not started yet. */
  static Nodes threeOnLoopback() {
    return onHosts("127.0.0.1", "127.0.0.1", "127.0.0.1");
  }

  /**
   * Returns a node for each host, that seed each other and are not started yet. They listen on
   * 127.0.0.1 and the address of each is its host, which may be a name.
   */
  static Nodes onHosts(String... hosts) {
    Nodes nodes = withOwnClasses(hosts);
    nodes.all.forEach(Nodes::takeClasses);
    return nodes;
  }

  private static void takeClasses(Node node) {
    if (Disturbance.BRIEF) {
      node.addJavaOption(NodeClasses.taken());
    }
  }

  /** As {@link #onHosts}, of nodes that take no classes from {@link NodeClasses}. */
  static Nodes withOwnClasses(String... hosts) {
    Nodes nodes;
    try {
      nodes = new Nodes(Files.createTempDirectory("quorate-outside"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int base = Distribution.freePorts(2 * hosts.length);
    for (int i = 0; i < hosts.length; i++) {
      nodes.add("node-" + (i + 1), hosts[i] + ":" + (base + i), base + hosts.length + i);
    }
    nodes.all.forEach(
        node ->
            node.set("QUORATE_CLUSTER_SEEDS", nodes.endpoints())
                .set("QUORATE_NODE_ZONE", node.name()));
    return nodes;
  }

  private void add(String name, String address, int httpPort) {
    all.add(new Node(name, directory.resolve(name), address, "127.0.0.1:" + httpPort));
  }

  List<Node> all() {
    return all;
  }

  Node node(int index) {
    return all.get(index);
  }

  /** Returns one more node, which joins the others when it is started. */
  Node joining() {
    String seeds = endpoints();
    String name = "node-" + (all.size() + 1);
    int base = Distribution.freePorts(2);
    add(name, "127.0.0.1:" + base, base + 1);
    takeClasses(all.getLast());
    return all.getLast()
        .set("QUORATE_CLUSTER_SEEDS", seeds)
        .set("QUORATE_CLUSTER_JOIN", "true")
        .set("QUORATE_NODE_ZONE", name);
  }

  /** A directory that is deleted with the nodes' own. */
  Path directory() {
    return directory;
  }

  /** As {@code --endpoints} takes them. */
  String endpoints() {
    return all.stream().map(Node::address).collect(Collectors.joining(","));
  }

  Nodes set(String variable, String value) {
    all.forEach(node -> node.set(variable, value));
    return this;
  }

  /** Starts all nodes and waits until they are ready; if one does not become ready, stops all. */
  Nodes start() {
    try {
      all.forEach(Node::start);
      return awaitReady();
    } catch (RuntimeException | Error notReady) {
      try {
        close();
      } catch (RuntimeException notDeleted) {
        notReady.addSuppressed(notDeleted);
      }
      throw notReady;
    }
  }

  Nodes awaitReady() {
    for (Node node : all) {
      Waiting.until(
          READY_WITHIN,
          () -> node.isReady() || !all.stream().allMatch(Node::isAlive),
          () -> node.name() + " is not ready\n" + node.lastLines());
      for (Node each : all) {
        if (!each.isAlive()) {
          throw new AssertionError(each.name() + " ended\n" + each.lastLines());
        }
      }
    }
    return this;
  }

  /** Has all nodes run, and hear each other, whatever was done to them. */
  void putInOrder() {
    for (Node node : all) {
      if (node.isAlive()) {
        node.signal("CONT");
      } else {
        node.start();
      }
    }
    try (QuorateClient client = patientClient()) {
      awaitAllUp(client);
    }
  }

  /** Waits until all are ready, and each reports that it hears all others. */
  void awaitAllUp(QuorateClient client) {
    awaitReady();
    Cluster cluster = Administration.of(client).cluster();
    for (Node node : all) {
      Waiting.until(
          HEARS_WITHIN,
          () ->
              cluster.statusOf(node.address()).nodes().stream()
                  .allMatch(other -> other.state() == ClusterStatus.State.UP),
          () -> node.name() + " does not hear all others\n" + node.lastLines());
    }
  }

  QuorateClient client() {
    QuorateClient.Builder builder = QuorateClient.builder().endpoints(endpoints());
    return (Disturbance.BRIEF ? builder.timeout(PATIENCE) : builder).build();
  }

  /** A client that waits for as long as nodes may take that were just killed, or are slow. */
  QuorateClient patientClient() {
    return QuorateClient.builder().endpoints(endpoints()).timeout(PATIENCE).build();
  }

  /** A command line that talks to these nodes. */
  CommandLine commandLine() {
    return new CommandLine().with("QUORATE_ENDPOINTS", endpoints());
  }

  @Override
  public void close() {
    discard(all.iterator());
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Discards the others, too, where one cannot be. */
  private static void discard(Iterator<Node> rest) {
    if (rest.hasNext()) {
      try {
        rest.next().discard();
      } finally {
        discard(rest);
      }
    }
  }
}
