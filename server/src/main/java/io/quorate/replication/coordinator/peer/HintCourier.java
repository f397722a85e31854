package io.quorate.replication.coordinator.peer;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.HandOver;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.hint.Courier;
import io.quorate.replication.message.ReplicaMessage.BelowPromise;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Same;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.HintStore.Hint;
import io.quorate.version.Record;
import java.util.List;
import java.util.function.Consumer;

/** Brings the newest record that this node holds under a key to a replica that lacks it. */
public final class HintCourier implements Courier {
  private final Context context;
  private final BackgroundBudget budget;

  /**
   * @param budget told what goes to other replicas
   */
  public HintCourier(Context context, BackgroundBudget budget) {
    this.context = context;
    this.budget = budget;
  }

  @Override
  public void deliver(Hint hint, Consumer<Outcome> callback) {
    Plan plan = context.plans().plan(hint.key(), hint.partition());
    if (plan == null) {
      callback.accept(Outcome.NOTHING_HELD); // the tenant was dropped with all it had
      return;
    }
    List<NodeId> replicas = plan.replicas();
    if (!replicas.contains(context.self())) {
      // It hands over what it holds, and until then the hint says what may be lacking.
      callback.accept(isHandingOver(plan) ? Outcome.NOT_NOW : new Moved(List.of()));
      return;
    }
    if (!replicas.contains(hint.target())) {
      callback.accept(
          context.rules().givesOnWhatTheDepartedMissed()
              ? new Moved(replicas.stream().filter(each -> !each.equals(context.self())).toList())
              : Outcome.NOTHING_HELD);
      return;
    }
    if (!plan.serving().contains(context.self())) {
      callback.accept(Outcome.NOT_NOW); // what it held may have to come back from others first
      return;
    }
    Read own =
        new Read(
            0, plan.partition(), plan.epoch(), hint.key(), null, false, 0, Asking.TIMEOUT_MILLIS);
    context.replica().read(own, outcome -> bring(hint, plan, outcome, callback));
  }

  private boolean isHandingOver(Plan plan) {
    Placements placements = context.plans().placements();
    PartitionPlacement placement = placements.partitions().get(plan.partition());
    Factor factor = placements.factor(plan.partition(), plan.tenant());
    return HandOver.of(placement, factor, context.self()) != null;
  }

  private void bring(Hint hint, Plan plan, ReadOutcome held, Consumer<Outcome> callback) {
    switch (held) {
      case Held(Record record) -> {
        budget.carried(hint.target(), CarriedBytes.of(hint.key(), record));
        Asking.ask(
            context,
            hint.target(),
            id ->
                new Write(
                    id,
                    plan.partition(),
                    plan.epoch(),
                    hint.key(),
                    record,
                    Cause.HINT,
                    Asking.TIMEOUT_MILLIS),
            WriteOutcome.class,
            outcome -> callback.accept(fate(outcome)),
            noAnswer -> callback.accept(Outcome.NOT_NOW));
      }
      case Same nothing ->
          callback.accept(
              context.rules().givesUpHintsOfNothing() ? Outcome.NOTHING_HELD : Outcome.NOT_NOW);
      default -> callback.accept(Outcome.NOT_NOW);
    }
  }

  private static Outcome fate(WriteOutcome outcome) {
    return switch (outcome) {
      case Stored stored -> Outcome.DELIVERED;
      case HoldsNewer newer -> Outcome.DELIVERED;
      case StoredWhileFilling uncounted -> Outcome.DELIVERED;
      case PromisedHigher higher -> Outcome.DELIVERED; // it is settled by that ballot
      case BelowPromise below -> Outcome.NOT_NOW; // asked of fresh stamps only
      case StaleEpoch stale -> Outcome.NOT_NOW;
      case FenceForgotten forgotten -> Outcome.NOT_NOW; // told of what has a token
      case NotNow busy -> Outcome.NOT_NOW; // or a busy hour would make dead letters
      case Refused(String reason) -> new Declined(reason);
    };
  }
}
