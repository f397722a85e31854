package io.quorate.replication.coordinator.write;

import io.quorate.replication.api.Found;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.WriteUnderWay;
import io.quorate.replication.coordinator.read.ReadFirst;
import io.quorate.version.Addition;
import io.quorate.version.CrdtState;
import io.quorate.version.FieldChange;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * An update whose client removes values and says nothing of what it has seen: it removes the
 * additions that a read finds (docs/design/crdts.md#a-removal).
 */
final class SeenAtQuorum {
  private final Context context;
  private final Plan plan;
  private final WriteUnderWay write;
  private final Operation.Update update;

  /** Makes the update with what its removals have seen. */
  private final Consumer<List<FieldChange>> make;

  SeenAtQuorum(
      Context context,
      Plan plan,
      WriteUnderWay write,
      Operation.Update update,
      Consumer<List<FieldChange>> make) {
    this.context = context;
    this.plan = plan;
    this.write = write;
    this.update = update;
    this.make = make;
  }

  /** Whether there are such removals among changes. */
  static boolean isNeeded(List<FieldChange> changes) {
    return changes.stream().anyMatch(SeenAtQuorum::isBlind);
  }

  private static boolean isBlind(FieldChange change) {
    return change instanceof FieldChange.Remove remove && remove.seen().isEmpty();
  }

  void start() {
    ReadFirst.begin(context, plan, write, this::onRead);
  }

  private void onRead(Outcome.Read read) {
    CrdtState held = held(read);
    if (hasSomething(held) && !isTaken(held) && context.rules().looksAgain()) {
      ReadFirst.begin(context, plan, write, again -> onReadAgain(held, held(again)));
    } else {
      makeOf(held, isTaken(held));
    }
  }

  /** What was found at first may have been added after another attempt had removed the rest. */
  private void onReadAgain(CrdtState held, CrdtState again) {
    if (isTaken(again)) {
      context.events().accept(CoordinatorEvent.Window.TAKEN_WHILE_LOOKED_UP);
    }
    makeOf(held, isTaken(again));
  }

  private static CrdtState held(Outcome.Read read) {
    Found found = read.found();
    Record record = found == null ? null : found.record();
    return record == null ? CrdtState.EMPTY : CrdtState.of(record);
  }

  /** Whether there is anything that the removals would take away. */
  private boolean hasSomething(CrdtState held) {
    return update.changes().stream()
        .anyMatch(
            change ->
                change instanceof FieldChange.Remove remove
                    && isBlind(remove)
                    && !held.additions(remove.field(), remove.value()).isEmpty());
  }

  /** Whether an attempt at the update has taken effect. One record has all of its changes. */
  private boolean isTaken(CrdtState held) {
    return update.changes().stream()
        .anyMatch(
            change ->
                change instanceof FieldChange.Remove remove
                    && held.knows(new Addition(update.writer(), remove.number())));
  }

  private void makeOf(CrdtState held, boolean taken) {
    List<FieldChange> changes = new ArrayList<>(update.changes().size());
    for (FieldChange change : update.changes()) {
      changes.add(
          change instanceof FieldChange.Remove remove && isBlind(remove)
              ? seeing(remove, held, taken)
              : change);
    }
    make.accept(changes);
  }

  /**
   * Once a removal has taken effect, it removes nothing more when it is tried again: what was added
   * since stays (docs/design/crdts.md#once).
   */
  private FieldChange seeing(FieldChange.Remove remove, CrdtState held, boolean taken) {
    List<Addition> seen = ownAdditions(remove);
    if (taken && context.rules().takesRemovalsOnce()) {
      context.events().accept(CoordinatorEvent.Window.REMOVAL_TAKEN_BEFORE);
    } else {
      context.events().accept(CoordinatorEvent.Window.REMOVAL_LOOKED_UP);
      seen.addAll(held.additions(remove.field(), remove.value()));
    }
    return remove.having(seen);
  }

  /** Of the same value, earlier in the same update: no replica may have these yet. */
  private List<Addition> ownAdditions(FieldChange.Remove remove) {
    List<Addition> own = new ArrayList<>();
    for (FieldChange change : update.changes()) {
      if (change instanceof FieldChange.Add add
          && add.number() < remove.number()
          && add.field().equals(remove.field())
          && Arrays.equals(add.value(), remove.value())) {
        own.add(new Addition(update.writer(), add.number()));
      }
    }
    return own;
  }
}
