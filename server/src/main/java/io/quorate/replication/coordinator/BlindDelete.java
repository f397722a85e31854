package io.quorate.replication.coordinator;

import io.quorate.model.Key;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.Siblings;
import io.quorate.version.CausalContext;
import io.quorate.version.SiblingSet;
import io.quorate.version.WriteId;
import java.util.function.Consumer;

/**
 * A deletion of a key with siblings whose client says nothing of what it has seen: it deletes what
 * a read finds (docs/design/siblings.md#a-delete). Once it has taken effect, it does not take
 * effect again when it is tried again: what was put since stays.
 */
final class BlindDelete {
  private final Context context;
  private final Plan plan;
  private final ClientRequest request;
  private final WriteId id;
  private final OutcomeCallback callback;

  /** Begins the deletion again on a replica after this node has ceased to be one. */
  private final Runnable again;

  /** Deletes what was read. */
  private final Consumer<CausalContext> delete;

  BlindDelete(
      Context context,
      Plan plan,
      ClientRequest request,
      WriteId id,
      OutcomeCallback callback,
      Runnable again,
      Consumer<CausalContext> delete) {
    this.context = context;
    this.plan = plan;
    this.request = request;
    this.id = id;
    this.callback = callback;
    this.again = again;
    this.delete = delete;
  }

  void start() {
    Key key = request.key();
    Operation.Get read = new Operation.Get(plan.tenant().name(), key.bytes(), Level.QUORUM);
    new ReadOperation(
            context,
            plan,
            new ClientRequest(plan.tenant(), key, plan.partition(), read, request.deadlineNanos()),
            Level.QUORUM,
            ReadRepair.BLOCKING,
            this::onRead,
            (same, unused) -> again.run())
        .start();
  }

  private void onRead(Outcome outcome) {
    if (!(outcome instanceof Outcome.Read read)) {
      callback.done(outcome);
      return;
    }
    Siblings found = read.found();
    if (found == null || found.record() == null) {
      delete.accept(CausalContext.NONE);
      return;
    }
    SiblingSet held = SiblingSet.of(found.record());
    if (held.hasTaken(id) && context.rules().takesWritesOnce()) {
      context.events().accept(CoordinatorEvent.Window.DELETION_TAKEN_BEFORE);
      callback.done(new Outcome.Written(found.record().version(), read.info(), found.context()));
    } else {
      delete.accept(held.context());
    }
  }
}
