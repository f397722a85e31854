package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.repair.Peers;
import io.quorate.storage.RecordStore;
import io.quorate.version.Version;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Proposes registers as they are, for no client. A partition that moves has all of them accepted
 * under its new epoch; and where a comparison finds that a replica takes a register no more, since
 * it has promised a higher ballot whose proposer is gone, all replicas come to hold the same only
 * by another ballot (docs/design/linearizable.md#moves).
 */
public final class RegisterSettler {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** What more comparisons find is found again by the next one. */
  private static final int MENDED_MAX = 32;

  private final Context context;
  private final RegisterEntry registers;

  /** Keys that are proposed since a comparison has found them. */
  private final Set<Key> mended = new HashSet<>();

  public RegisterSettler(Context context, RegisterEntry registers) {
    this.context = context;
    this.registers = registers;
  }

  /** What a replica said to records that a comparison, or a copy, has brought to it. */
  public void written(Peers.Place place, List<RecordStore.Entry> entries, WritesOutcome outcome) {
    if (!(outcome instanceof Merged(List<WriteOutcome> outcomes))
        || outcomes.size() != entries.size()
        || !context.rules().settlesWhatIsNotTaken()) {
      return;
    }
    for (int i = 0; i < outcomes.size(); i++) {
      Key key = entries.get(i).key();
      if (outcomes.get(i) instanceof PromisedHigher(Version ballot)
          && mended.size() < MENDED_MAX
          && mended.add(key)) {
        context.events().accept(CoordinatorEvent.Window.REGISTER_MENDED);
        settle(
            place, key, RegisterEntry.NO_EPOCH, mendedAbove(ballot), settled -> mended.remove(key));
      }
    }
  }

  /**
   * The time that the ballot must be above which mends a register. That of this node's clock may be
   * below what the replica has promised, and enough for a majority without it. A time that no clock
   * has shown is not believed.
   */
  private long mendedAbove(Version promised) {
    return context.isCredible(promised.hlc()) ? promised.hlc() : 0;
  }

  /** Proposes a register, unless it is agreed on under this epoch or a later one. */
  public void settle(Peers.Place place, Key key, long sinceEpoch, Consumer<Boolean> callback) {
    settle(place, key, sinceEpoch, 0, callback);
  }

  private void settle(
      Peers.Place place, Key key, long sinceEpoch, long above, Consumer<Boolean> callback) {
    Plan plan = context.plans().plan(key, place.partition());
    if (plan == null) {
      callback.accept(true); // the tenant was dropped with all it had
      return;
    }
    if (plan.epoch() != place.epoch()
        || !plan.serving().contains(context.self())
        || context.table().isFull()) {
      callback.accept(false);
      return;
    }
    long deadline = context.clock().nanos() + TIMEOUT_NANOS;
    registers.settle(plan, key, deadline, sinceEpoch, above, callback);
  }
}
