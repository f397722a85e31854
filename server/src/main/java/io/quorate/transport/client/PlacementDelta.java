package io.quorate.transport.client;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Member;
import io.quorate.placement.Tenant;
import java.util.List;

/**
 * What a client must be told to come from one version of the placement to another.
 *
 * @param base the version that the client has; 0: nothing, so this is complete
 * @param to the state to which the client comes
 * @param nodes those that have joined, or have changed
 * @param removedNodes ids of those that have left
 * @param partitions numbers of those that have changed; {@code ~number} where only the epoch has
 * @param tenants those that were created or altered
 * @param removedTenants names of those that are gone
 */
record PlacementDelta(
    long base,
    ClusterState to,
    List<Member> nodes,
    List<Long> removedNodes,
    int[] partitions,
    List<Tenant> tenants,
    List<String> removedTenants) {
  PlacementDelta {
    nodes = List.copyOf(nodes);
    removedNodes = List.copyOf(removedNodes);
    tenants = List.copyOf(tenants);
    removedTenants = List.copyOf(removedTenants);
  }

  /** The version that the client has afterwards. */
  long version() {
    return to.stateVersion();
  }
}
