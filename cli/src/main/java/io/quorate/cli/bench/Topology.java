package io.quorate.cli.bench;

import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.ClusterStatus.Membership;
import java.util.Set;

/**
 * How many nodes the cluster has, as far as clients feel it.
 *
 * @param nodes that own partitions
 * @param becoming that will, once what is under way is done
 * @param changing whether anything is under way
 */
record Topology(int nodes, int becoming, boolean changing) {
  private static final Set<Membership> OWNERS =
      Set.of(Membership.ACTIVE, Membership.LEAVING, Membership.READMITTING);
  private static final Set<Membership> HEIRS =
      Set.of(Membership.ACTIVE, Membership.JOINING, Membership.READMITTING);

  static Topology of(ClusterStatus status) {
    return new Topology(
        count(status, OWNERS), count(status, HEIRS), status.topologyChange().underWay());
  }

  private static int count(ClusterStatus status, Set<Membership> which) {
    return (int) status.nodes().stream().filter(node -> which.contains(node.membership())).count();
  }
}
