package io.quorate.replication.coordinator.write;

import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.Siblings;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.WriteUnderWay;
import io.quorate.replication.coordinator.read.ReadFirst;
import io.quorate.version.CausalContext;
import io.quorate.version.Record;
import io.quorate.version.SiblingSet;
import io.quorate.version.WriteId;
import java.util.function.Consumer;

/**
 * A deletion of a key with siblings whose client says nothing of what it has seen: it deletes what
 * a read finds (docs/design/siblings.md#a-delete). Once it has taken effect, it does not take
 * effect again when it is tried again, nor by an earlier attempt that comes late: what was put
 * since stays.
 */
final class BlindDelete {
  private final Context context;
  private final Plan plan;
  private final WriteUnderWay write;
  private final WriteId id;

  /** Deletes what was read. */
  private final Consumer<CausalContext> delete;

  BlindDelete(
      Context context, Plan plan, WriteUnderWay write, WriteId id, Consumer<CausalContext> delete) {
    this.context = context;
    this.plan = plan;
    this.write = write;
    this.id = id;
    this.delete = delete;
  }

  void start() {
    ReadFirst.begin(context, plan, write, this::onRead);
  }

  private void onRead(Outcome.Read read) {
    Siblings found = read.siblings();
    if (found == null || found.record() == null) {
      delete.accept(CausalContext.NONE);
      return;
    }
    CausalContext seen = SiblingSet.of(found.record()).context();
    if (endsIfTaken(read)) {
      context.events().accept(CoordinatorEvent.Window.DELETION_TAKEN_BEFORE);
    } else if (context.rules().looksAgain()) {
      ReadFirst.begin(context, plan, write, again -> onReadAgain(again, seen));
    } else {
      delete.accept(seen);
    }
  }

  /** What was read at first may have been put after another attempt had deleted the key. */
  private void onReadAgain(Outcome.Read again, CausalContext seen) {
    if (endsIfTaken(again)) {
      context.events().accept(CoordinatorEvent.Window.TAKEN_WHILE_LOOKED_UP);
    } else {
      delete.accept(seen);
    }
  }

  private boolean endsIfTaken(Outcome.Read read) {
    Siblings found = read.siblings();
    Record record = found == null ? null : found.record();
    if (found == null
        || record == null
        || !SiblingSet.of(record).hasTaken(id)
        || !context.rules().takesWritesOnce()) {
      return false;
    }
    write.done(new Outcome.Written(record.version(), read.info(), found.context()));
    return true;
  }
}
