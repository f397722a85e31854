package io.quorate.replication.coordinator.read;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import java.util.concurrent.TimeUnit;

/**
 * After a few of all reads: asks everyone what they hold of its key, and brings the newest to those
 * that lack it. No client waits for it.
 */
final class RepairByChance {
  private static final long TAKES_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  private RepairByChance() {}

  static void begin(Context context, Plan plan, Key key) {
    if (context.table().isCrowded()) {
      return; // clients first
    }
    new ReadOperation(
            context,
            plan,
            new ClientRequest(
                plan.tenant(),
                key,
                plan.partition(),
                new Operation.Get(
                    plan.tenant().name(), key.bytes(), Level.ONE, ReadRepair.EVERYONE),
                context.clock().nanos() + TAKES_NANOS_MAX),
            Level.ONE,
            ReadRepair.EVERYONE,
            outcome -> {
              if (outcome instanceof Outcome.Read read) {
                context.events().accept(new CoordinatorEvent.RepairedByChance(read.repaired()));
              }
            },
            (request, callback) -> {}) // those who are replicas do the same with reads of theirs
        .start();
  }
}
