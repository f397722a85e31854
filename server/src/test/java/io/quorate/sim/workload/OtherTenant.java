package io.quorate.sim.workload;

import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Clients of a second tenant, which has another replication factor than the first, and may rather
 * have a write refused than a partition marked: its keys lie in the same partitions.
 */
final class OtherTenant implements Workload {
  private static final long NOTHING_TO_DO_NANOS = 20_000_000;

  @Override
  public void turn(Client client, Runnable done) {
    @Nullable Tenant other = client.other();
    if (other == null) {
      client.later(NOTHING_TO_DO_NANOS, done);
      return;
    }
    int node = client.anyNode();
    String key = client.random().pick(WorkloadShape.OTHER);
    switch (client.random().nextInt(6)) {
      case 0 ->
          client.deleteOther(
              other, node, key, outcome -> end(client, other, "deleted", outcome, done));
      case 1, 2, 3 ->
          client.putOther(other, node, key, outcome -> end(client, other, "put", outcome, done));
      default ->
          client.getOther(other, node, key, outcome -> end(client, other, "read", outcome, done));
    }
  }

  private static void end(
      Client client, Tenant other, String what, @Nullable Outcome outcome, Runnable done) {
    if (Client.succeeded(outcome)) {
      client.counts("other tenant of factor " + other.replicationFactor() + ": " + what);
    }
    done.run();
  }
}
