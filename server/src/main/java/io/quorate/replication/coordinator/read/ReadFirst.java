package io.quorate.replication.coordinator.read;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.WriteUnderWay;
import java.util.function.Consumer;

/** Reads a key at QUORUM for a write that depends on what the key has. */
public final class ReadFirst {
  private ReadFirst() {}

  /**
   * Begins to read. If that fails, so does the write.
   *
   * @param found told what was read
   */
  public static void begin(
      Context context, Plan plan, WriteUnderWay write, Consumer<Outcome.Read> found) {
    begin(
        context,
        plan,
        write.request(),
        outcome -> {
          if (outcome instanceof Outcome.Read answer) {
            found.accept(answer);
          } else {
            write.done(outcome);
          }
        },
        write);
  }

  /**
   * Begins to read the key of a write.
   *
   * @param ended told what was read, or how that has failed
   * @param again begins the write again on a replica, after this node has ceased to be one
   */
  public static void begin(
      Context context, Plan plan, ClientRequest write, OutcomeCallback ended, Runnable again) {
    Key key = write.key();
    Operation.Get read = new Operation.Get(plan.tenant().name(), key.bytes(), Level.QUORUM);
    new ReadOperation(
            context,
            plan,
            new ClientRequest(plan.tenant(), key, plan.partition(), read, write.deadlineNanos()),
            Level.QUORUM,
            ReadRepair.BLOCKING,
            ended,
            (same, unused) -> again.run())
        .start();
  }
}
