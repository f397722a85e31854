package io.quorate.replication.coordinator.write;

import io.quorate.placement.Level;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.AheadOfClock;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.WriteUnderWay;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.version.Addition;
import io.quorate.version.FieldChange;
import io.quorate.version.Record;
import io.quorate.version.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where updates begin of keys whose fields are merged (docs/design/crdts.md). */
final class UpdateEntry {
  private final Context context;
  private final MissedWrites hints;

  UpdateEntry(Context context, MissedWrites hints) {
    this.context = context;
    this.hints = hints;
  }

  void begin(WriteUnderWay write, Plan plan, Level level, Operation.Update update) {
    Failure refusal = refusal(plan, update);
    if (refusal != null) {
      write.done(new Outcome.Failed(refusal));
      return;
    }
    follow(update);
    if (SeenAtQuorum.isNeeded(update.changes())) {
      new SeenAtQuorum(context, plan, write, update, all -> store(write, plan, level, update, all))
          .start();
    } else {
      store(write, plan, level, update, update.changes());
    }
  }

  /** So that a client that reads an assignment hears a time that is not below that one's. */
  private void follow(Operation.Update update) {
    for (FieldChange change : update.changes()) {
      if (change instanceof FieldChange.Assign assign) {
        context.hybridClock().observe(assign.hlc(), context.clock().wallMillis());
      }
    }
  }

  private void store(
      WriteUnderWay write,
      Plan plan,
      Level level,
      Operation.Update update,
      List<FieldChange> changes) {
    Writer writer = update.writer();
    Record record = context.rules().update(context, writer, changes).toRecord();
    Content content =
        new UpdateWrite(writer, update.firstAttempt(), record, context.config().recordBytesMax());
    new WriteOperation(context, hints, plan, write.request(), level, content, write, write).start();
  }

  /**
   * Times that no clock shows yet are refused: a writer would not be purged for as long, and an
   * assignment would stand above all that are made until then.
   */
  private @Nullable Failure refusal(Plan plan, Operation.Update update) {
    boolean first = update.firstAttempt();
    Failure replaced = ofAnotherTenant(plan, update.tenantId(), first);
    if (replaced != null) {
      return replaced;
    }
    Writer writer = update.writer();
    AheadOfClock opened = context.aheadOfClock(writer.openedHlc());
    if (opened != null) {
      return opened.ofWriter(plan, first);
    }
    for (FieldChange change : update.changes()) {
      if (change instanceof FieldChange.Assign assign) {
        AheadOfClock assigned = context.aheadOfClock(assign.hlc());
        if (assigned != null) {
          return assigned.ofAssignment(plan, first);
        }
      }
      for (Addition each : seen(change)) {
        if (!context.isCredible(each.writer().openedHlc())) {
          return UpdateFailures.notSeen(plan, each, first);
        }
      }
    }
    return null;
  }

  /**
   * A writer sends all that it ever counted in the key. In a tenant that took the place of the one
   * it counted in, that would come back. Ids of tenants grow.
   */
  private static @Nullable Failure ofAnotherTenant(Plan plan, int tenantId, boolean first) {
    int now = plan.tenant().id();
    if (tenantId == 0 || tenantId == now) {
      return null;
    }
    return tenantId < now
        ? UpdateFailures.writerOfReplaced(plan, tenantId, first)
        : UpdateFailures.unknownTenant(plan, tenantId);
  }

  private static List<Addition> seen(FieldChange change) {
    return switch (change) {
      case FieldChange.Add add -> add.seen();
      case FieldChange.Remove remove -> remove.seen();
      case FieldChange.Count count -> List.of();
      case FieldChange.Assign assign -> List.of();
    };
  }
}
