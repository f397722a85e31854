package io.quorate.testkit;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeMaintenance;
import io.quorate.client.admin.TenantSettings;
import io.quorate.testkit.internal.Links;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real nodes in this process, for tests.
 *
 * <pre>{@code
 * try (QuorateCluster cluster = QuorateCluster.builder().nodes(3).start()) {
 *   KeyValue store = cluster.client().keyValue();
 *   store.put("order:1", "paid");
 *   cluster.node(3).kill();
 *   store.put("order:2", "paid"); // two of three are enough for QUORUM
 * }
 * }</pre>
 *
 * <p>Nodes listen on loopback, on ports that the system chooses, and keep their data in a temporary
 * directory that goes with the cluster. Any number of clusters may run at the same time. May be
 * used by any thread.
 */
public final class QuorateCluster implements AutoCloseable {
  private final Directory directory;
  private final Links links;
  private final List<ClusterNode> nodes;
  private final Duration timeout;
  private final QuorateClient client;

  /** Guarded by this. */
  private boolean closed;

  private QuorateCluster(
      Directory directory, Links links, List<ClusterNode> nodes, Duration timeout) {
    this.directory = directory;
    this.links = links;
    this.nodes = nodes;
    this.timeout = timeout;
    this.client = clientBuilder().name("testkit").build();
  }

  /** Returns a builder of a cluster of three nodes. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns where clients reach the nodes, {@code host:port}, in the order of their numbers. */
  public List<String> addresses() {
    return nodes.stream().map(ClusterNode::address).toList();
  }

  /**
   * Returns a client of the tenant {@code default} that is connected to all nodes, always the same.
   * It is closed with the cluster: do not close it.
   */
  public QuorateClient client() {
    return client;
  }

  /**
   * Returns a builder of another client, which knows the addresses of all nodes. Close what it
   * builds before the cluster.
   */
  public QuorateClient.Builder clientBuilder() {
    return QuorateClient.builder().endpoints(addresses());
  }

  /** Returns all nodes, in the order of their numbers, whether they run or not. */
  public List<ClusterNode> nodes() {
    return nodes;
  }

  /**
   * Returns one node.
   *
   * @param number from 1
   * @throws IllegalArgumentException if there is no such node
   */
  public ClusterNode node(int number) {
    if (number < 1 || number > nodes.size()) {
      throw new IllegalArgumentException(
          "there is no node %d: the %d nodes are numbered from 1".formatted(number, nodes.size()));
    }
    return nodes.get(number - 1);
  }

  /**
   * Waits until all nodes serve, and each of them counts on all others, so that also operations at
   * level ALL succeed; at most as long as {@link Builder#timeout} says. Replicas that missed writes
   * may still lack them then: reads at QUORUM do not.
   *
   * @throws IllegalStateException if it does not come to that by then; the message has the state of
   *     each node
   */
  public void awaitHealthy() {
    Waiting.until(timeout, this::isHealthy, this::describe);
  }

  private boolean isHealthy() {
    return nodes.stream().allMatch(ClusterNode::isReady)
        && nodes.stream().allMatch(this::seesAllOthers);
  }

  private boolean seesAllOthers(ClusterNode node) {
    try {
      ClusterStatus status = Administration.of(client).cluster().statusOf(node.address());
      return status.partitionsDegraded() == 0
          && status.partitionsUnavailable() == 0
          && status.nodes().size() == nodes.size()
          && status.nodes().stream().allMatch(each -> each.state() == ClusterStatus.State.UP);
    } catch (QuorateException notYet) {
      return false;
    }
  }

  /**
   * Takes back all faults of all nodes: cuts are healed, clocks set, paused nodes resumed, nodes
   * that do not run started, and nodes that were drained put back into service. Then waits as
   * {@link #awaitHealthy} does. What the nodes hold stays, and so does what was changed in the
   * cluster: tenants, users, levels of loggers.
   *
   * @throws IllegalStateException if a node cannot start, or they do not serve in time
   */
  public void heal() {
    links.heal(cut -> true);
    for (ClusterNode node : nodes) {
      node.clock().reset();
      node.resume();
      node.start();
    }
    Waiting.until(
        timeout, () -> nodes.stream().allMatch(this::isInService) && isHealthy(), this::describe);
  }

  /** Whether the node serves clients; puts it back into service if it is drained. */
  private boolean isInService(ClusterNode node) {
    NodeMaintenance maintenance = Administration.of(client).maintenance(node.address());
    try {
      if (maintenance.drainStatus().drained()) {
        maintenance.setDrained(false);
      }
      return true;
    } catch (QuorateException notYet) {
      return false;
    }
  }

  /**
   * Returns the state of each node in a line: whether it runs, its faults, and what it waits for.
   */
  public String describe() {
    return nodes.stream().map(ClusterNode::toString).collect(Collectors.joining("\n"));
  }

  /**
   * Closes the client, ends the nodes, and deletes a temporary directory. Nodes whose directory was
   * given are stopped in order; others are killed, for nothing of them is needed any more. Returns
   * once no thread of the nodes runs. Does nothing the second time.
   *
   * @throws java.io.UncheckedIOException if the temporary directory cannot be deleted
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    client.close();
    end(directory, links, nodes);
  }

  private static void end(Directory directory, Links links, List<ClusterNode> nodes) {
    onAll(nodes, directory.temporary() ? ClusterNode::kill : ClusterNode::stop);
    links.close();
    directory.close();
  }

  /** Does something with all nodes at once: one after the other takes as many times as long. */
  private static void onAll(List<ClusterNode> nodes, Consumer<ClusterNode> task) {
    List<Thread> threads = new ArrayList<>();
    for (ClusterNode node : nodes) {
      Thread thread = new Thread(() -> task.accept(node), "quorate-testkit-" + node.name());
      thread.start();
      threads.add(thread);
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException hurried) {
          interrupted = true; // a test that has timed out must not leave nodes behind
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says how a cluster is to be. One builder may start several clusters. */
  public static final class Builder {
    private static final int NODES_MAX = 32;

    private int nodes = 3;
    private @Nullable Path directory;
    private Duration timeout = Duration.ofSeconds(60);
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, TenantSettings> tenants = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets the number of nodes; default: 3.
     *
     * @throws IllegalArgumentException if it is not from 1 to 32
     */
    public Builder nodes(int nodes) {
      if (nodes < 1 || nodes > NODES_MAX) {
        throw new IllegalArgumentException(
            "%d nodes: give a number from 1 to %d".formatted(nodes, NODES_MAX));
      }
      this.nodes = nodes;
      return this;
    }

    /** Has a tenant created, with the cluster's defaults. The tenant {@code default} is there. */
    public Builder tenant(String name) {
      return tenant(name, TenantSettings.DEFAULT);
    }

    /** Has a tenant created. */
    public Builder tenant(String name, TenantSettings settings) {
      tenants.put(
          Objects.requireNonNull(name, "name"), Objects.requireNonNull(settings, "settings"));
      return this;
    }

    /**
     * Sets a setting of all nodes, by its name in the documentation of the configuration, as in
     * {@code setting("limits.max_value_bytes", "64KiB")}. What the cluster decides itself cannot be
     * set: addresses, directories, names and seeds. Nodes serve no HTTP, and {@code log.*} has no
     * effect: what nodes log goes to the SLF4J backend of the test, if there is one.
     *
     * <p>Beside the documented defaults, a cluster has 16 partitions and small caches, and each
     * node stands in a zone of its own.
     *
     * @param value as a configuration file says it; checked by {@link #start}
     */
    public Builder setting(String name, String value) {
      settings.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Keeps the data in a directory that stays when the cluster is closed, and that a later cluster
     * of the same number of nodes may be started with; default: a temporary one, which is deleted.
     */
    public Builder directory(Path directory) {
      this.directory = Objects.requireNonNull(directory, "directory");
      return this;
    }

    /**
     * Sets how long is waited for nodes at most: by {@link #start}, {@link ClusterNode#awaitReady},
     * {@link QuorateCluster#awaitHealthy} and {@link QuorateCluster#heal}; default: 60 s.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder timeout(Duration timeout) {
      if (timeout.isZero() || timeout.isNegative()) {
        throw new IllegalArgumentException("timeout " + timeout + ": give more than zero");
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * Starts a cluster, and returns it once all nodes serve and the tenants are there.
     *
     * @throws IllegalArgumentException if a setting is unknown, or its value not allowed; the
     *     message names each
     * @throws IllegalStateException if a node cannot start, or they do not serve in time; nothing
     *     is left running
     * @throws QuorateException if a tenant cannot be created; nothing is left running
     * @throws java.io.UncheckedIOException if there is no directory or no port to be had
     */
    public QuorateCluster start() {
      Directory disks = Directory.open(directory);
      Links links = Links.open();
      List<ClusterNode> all = List.of();
      try {
        all = ClusterPlan.nodes(nodes, settings, disks.path(), links, timeout);
        all.forEach(ClusterNode::start);
        all.forEach(ClusterNode::awaitReady);
      } catch (RuntimeException | Error failed) {
        end(disks, links, all);
        throw failed;
      }
      QuorateCluster cluster = new QuorateCluster(disks, links, all, timeout);
      try {
        createTenants(Administration.of(cluster.client()).cluster());
        cluster.awaitHealthy();
      } catch (RuntimeException | Error failed) {
        cluster.close();
        throw failed;
      }
      return cluster;
    }

    private void createTenants(Cluster cluster) {
      tenants.forEach(
          (name, wanted) -> {
            var unused = cluster.createTenant(name, wanted);
          });
    }
  }
}
