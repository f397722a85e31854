package io.quorate.replication.coordinator;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import java.util.function.Consumer;

/** Reads a key at QUORUM for a write that depends on what the key has. */
final class ReadFirst {
  private ReadFirst() {}

  /**
   * Begins to read. If that fails, so does the write.
   *
   * @param found told what was read
   */
  static void begin(Context context, Plan plan, WriteUnderWay write, Consumer<Outcome.Read> found) {
    ClientRequest request = write.request();
    Key key = request.key();
    Operation.Get read = new Operation.Get(plan.tenant().name(), key.bytes(), Level.QUORUM);
    new ReadOperation(
            context,
            plan,
            new ClientRequest(plan.tenant(), key, plan.partition(), read, request.deadlineNanos()),
            Level.QUORUM,
            ReadRepair.BLOCKING,
            outcome -> {
              if (outcome instanceof Outcome.Read answer) {
                found.accept(answer);
              } else {
                write.done(outcome);
              }
            },
            (same, unused) -> write.run())
        .start();
  }
}
