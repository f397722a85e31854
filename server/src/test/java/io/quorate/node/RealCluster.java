package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.config.ConfigException;
import io.quorate.node.config.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Real nodes on loopback, in this process. Several test classes run at a time, each in a process of
 * its own, so no two classes use the same ports.
 */
public final class RealCluster implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private final Path directory;
  private final int firstPort;
  private final int size;
  private final List<@Nullable QuorateNode> nodes = new ArrayList<>();

  public RealCluster(Path directory, int firstPort, int size) {
    this.directory = directory;
    this.firstPort = firstPort;
    this.size = size;
    for (int i = 0; i < size; i++) {
      nodes.add(null);
    }
  }

  public static RealCluster ready(Path directory, int firstPort, int size) throws Exception {
    RealCluster cluster = new RealCluster(directory, firstPort, size);
    for (int i = 0; i < size; i++) {
      cluster.start(i);
    }
    for (int i = 0; i < size; i++) {
      cluster.awaitReady(i);
    }
    return cluster;
  }

  public NodeConfig config(int index) throws ConfigException {
    return config(index, Map.of());
  }

  public NodeConfig config(int index, Map<String, String> more) throws ConfigException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("node.data_dir", directory.resolve("node-" + index).toString());
    settings.put("node.address", address(index));
    settings.put("node.zone", "zone-" + index);
    settings.put("http.listen", "off");
    settings.put("storage.block_cache", "16MiB");
    settings.put("cluster.partitions", "16");
    // Each step of a move waits for reports: there is no other work that they could disturb.
    settings.put("moves.report_interval", "20ms");
    List<String> seeds = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      seeds.add(address(i));
    }
    settings.put("cluster.seeds", String.join(",", seeds));
    settings.putAll(more);
    return NodeConfig.of(settings);
  }

  public String address(int index) {
    return "127.0.0.1:" + (firstPort + index);
  }

  public QuorateNode start(int index) throws Exception {
    return start(index, Map.of());
  }

  public QuorateNode start(int index, Map<String, String> more) throws Exception {
    return start(index, more, Machine.REAL);
  }

  QuorateNode start(int index, Map<String, String> more, Machine machine) throws Exception {
    QuorateNode node = QuorateNode.start(config(index, more), machine, broken -> {});
    nodes.set(index, node);
    return node;
  }

  public void awaitReady(int index) throws InterruptedException {
    QuorateNode node = node(index);
    assertThat(node.awaitReady(READY_WITHIN)).as(() -> node.readiness().toString()).isTrue();
  }

  public QuorateNode node(int index) {
    QuorateNode node = nodes.get(index);
    if (node == null) {
      throw new IllegalStateException("node " + index + " does not run");
    }
    return node;
  }

  public void stop(int index) {
    node(index).stop();
    nodes.set(index, null);
  }

  @Override
  public void close() {
    for (int i = 0; i < size; i++) {
      QuorateNode node = nodes.get(i);
      if (node != null) {
        node.stop();
      }
    }
  }
}
