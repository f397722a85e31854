package io.quorate.cli.tenant;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Tenant;
import io.quorate.model.Quoted;
import java.util.List;

/** Tenants that have one copy of each key, which is lost with one disk. */
final class OneCopy {
  private OneCopy() {}

  /** Returns what to warn of where a tenant could have more copies. */
  static List<String> warnings(QuorateClient client, String tenant, ReplicationFactor rf) {
    long nodes;
    try {
      nodes = nodesForCopies(client);
    } catch (QuorateException untold) {
      return List.of(); // the tenant is there all the same
    }
    if (nodes < 2) {
      return List.of();
    }
    String more =
        rf.byRegion().isEmpty()
            ? "quorate tenant alter %s --rf %d".formatted(tenant, Math.min(nodes, 3))
            : "see quorate tenant alter --help"; // a number would take it out of its region
    return List.of(
        "tenant %s has one copy of each key: what is on a disk that fails is lost, and what is on a node that is down cannot be had. For more: %s"
            .formatted(Quoted.of(tenant), more));
  }

  /** Returns how many nodes there are without spares, and those that come or leave. */
  private static long nodesForCopies(QuorateClient client) {
    return Administration.of(client).cluster().status().nodes().stream()
        .filter(each -> each.membership() == ClusterStatus.Membership.ACTIVE)
        .count();
  }

  /** Whether a tenant has more copies now, or is to have more. */
  static boolean isLessThanNow(QuorateClient client, String tenant) {
    return Administration.of(client).cluster().tenants().stream()
        .filter(each -> each.name().equals(tenant))
        .anyMatch(OneCopy::hasMore);
  }

  private static boolean hasMore(Tenant tenant) {
    return tenant.replicationFactor() > 1 || tenant.nextReplicationFactor() > 1;
  }
}
