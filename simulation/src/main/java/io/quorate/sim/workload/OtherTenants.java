package io.quorate.sim.workload;

import io.quorate.placement.HintOverflow;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients of tenants beside the first, which have replication factors of their own, may rather have
 * a write refused than a partition marked, and values that expire unless told otherwise: their keys
 * lie in the same partitions.
 */
final class OtherTenants implements Workload {
  private static final long NOTHING_TO_DO_NANOS = 20_000_000;

  @Override
  public void turn(Client client, Runnable done) {
    List<Tenant> others =
        client.others().stream()
            .filter(tenant -> !tenant.namesWrites() && !tenant.mergesFields())
            .toList();
    if (others.isEmpty()) {
      client.later(NOTHING_TO_DO_NANOS, done);
      return;
    }
    Tenant tenant = client.random().pick(others);
    int node = client.anyNode();
    String key = client.random().pick(WorkloadShape.keysOf(tenant));
    int kind = client.random().nextInt(13);
    if (kind == 0) {
      client.scanOther(tenant, node, client.random().nextInt(3) + 1, outcome -> done.run());
    } else if (kind < 3) {
      client.deleteOther(
          tenant, node, key, outcome -> end(client, tenant, "deleted", outcome, done));
    } else if (kind < 9) {
      client.putOther(tenant, node, key, outcome -> end(client, tenant, "put", outcome, done));
    } else {
      client.getOther(tenant, node, key, outcome -> end(client, tenant, "read", outcome, done));
    }
  }

  private static void end(
      Client client, Tenant tenant, String what, @Nullable Outcome outcome, Runnable done) {
    for (String kind : kindsOf(tenant)) {
      if (Client.succeeded(outcome)) {
        client.counts(kind + ": " + what);
      }
    }
    if (outcome instanceof Outcome.Failed(Failure failure)
        && failure.message().contains(HintOverflow.REJECT.name())) {
      client.counts("tenant that rejects: was heard");
    }
    done.run();
  }

  private static List<String> kindsOf(Tenant tenant) {
    return List.of(
        "other tenant of factor " + tenant.replicationFactor(),
        tenant.get(TenantSetting.HINT_OVERFLOW) == HintOverflow.REJECT
            ? "tenant that rejects"
            : "tenant that marks",
        tenant.defaultTtlMillis() > 0 ? "tenant whose values expire" : "tenant whose values stay");
  }
}
