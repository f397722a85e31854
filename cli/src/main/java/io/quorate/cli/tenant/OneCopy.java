package io.quorate.cli.tenant;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Tenant;
import io.quorate.model.Quoted;
import java.util.List;

/** Tenants that have one copy of each key, which is lost with one disk. */
final class OneCopy {
  private OneCopy() {}

  /** Returns what to warn of where a tenant could have more copies. */
  static List<String> warnings(QuorateClient client, String tenant) {
    int nodes;
    try {
      nodes = Administration.of(client).cluster().placement().nodes().size();
    } catch (QuorateException untold) {
      return List.of(); // the tenant is there all the same
    }
    return nodes < 2
        ? List.of()
        : List.of(
            "tenant %s has one copy of each key: what is on a disk that fails is lost, and what is on a node that is down cannot be had. For more: quorate tenant alter %s --rf %d"
                .formatted(Quoted.of(tenant), tenant, Math.min(nodes, 3)));
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
