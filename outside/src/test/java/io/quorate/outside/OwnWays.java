package io.quorate.outside;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one process reaches the nodes: each by a way that no other process uses, since the names of
 * their hosts have addresses that only this process resolves so.
 */
final class OwnWays implements AutoCloseable {
  private static final int NO_NODE = -1;

  private final HostsFile hosts;

  /** By number of the node. */
  private final Map<Integer, Way> ways = new TreeMap<>();

  /**
   * Of a client.
   *
   * @param names of the hosts of the nodes, in the nodes' order
   * @param number of the process, 1 to 254, which no other one has
   */
  OwnWays(Nodes nodes, List<String> names, int number) {
    this(nodes, names, number, NO_NODE);
  }

  /** Of one of the nodes, to the others. */
  static OwnWays ofNode(Nodes nodes, List<String> names, int node) {
    return new OwnWays(nodes, names, node + 1, node);
  }

  private OwnWays(Nodes nodes, List<String> names, int number, int self) {
    hosts = new HostsFile(nodes.directory().resolve("hosts-" + number));
    for (int i = 0; i < names.size(); i++) {
      String at = "127.0." + number + "." + (i + 1);
      if (i == self) {
        at = "127.0.0.1";
      } else {
        String port = nodes.node(i).address().replaceFirst(".*:", "");
        ways.put(i, new Way("127.0.0.1:" + port, at, Integer.parseInt(port)));
      }
      hosts.put(names.get(i), at);
    }
  }

  /** What the process is to be started with. */
  Path hosts() {
    return hosts.file();
  }

  /** Lets this happen from now on on the ways to all nodes. */
  void become(Way.State state) {
    ways.values().forEach(way -> way.become(state));
  }

  /** Lets this happen from now on on the way to one node; a node has none to itself. */
  void become(int node, Way.State state) {
    Way way = ways.get(node);
    if (way != null) {
      way.become(state);
    }
  }

  @Override
  public void close() {
    ways.values().forEach(Way::close);
  }
}
