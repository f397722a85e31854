package io.quorate.replication.coordinator.backup;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.BackupPlane.StoreCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.write.WriteTally;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.Replica;
import io.quorate.storage.RecordStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Some records of one partition that are restored together (docs/design/backup.md#restore): sent to
 * all replicas, and done when a majority has them, and the others have said something or have had
 * their time. So a restore goes at the pace of the slowest replica, and leaves it little to catch
 * up with.
 *
 * <p>The records have one version, which is the same however often they are sent, and they are the
 * only ones of their keys, for the tenant refuses clients. So nothing is stamped, any node may do
 * it, and under another epoch all of it is sent again.
 */
final class RestoreWrite implements InFlight {
  private static final long STRAGGLERS_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What several of these share. */
  record Shared(Context context, Replica own, MissedWrites hints) {}

  private final Context context;
  private final Replica own;
  private final MissedWrites hints;
  private final Tenant tenant;
  private final List<RecordStore.Entry> entries;
  private final Level level;
  private final long deadlineNanos;
  private final StoreCallback callback;
  private Plan plan;
  private WriteTally tally;
  private long id;
  private long begunNanos;
  private long sentNanos;
  private boolean finished;
  private String lastRefusal = "not heard";

  /**
   * @param plan of the partition of all the records
   */
  RestoreWrite(
      Shared with,
      Plan plan,
      List<RecordStore.Entry> entries,
      Level level,
      long deadlineNanos,
      StoreCallback callback) {
    this.context = with.context();
    this.own = with.own();
    this.hints = with.hints();
    this.tenant = plan.tenant();
    this.plan = plan;
    this.entries = List.copyOf(entries);
    this.level = level;
    this.deadlineNanos = deadlineNanos;
    this.callback = callback;
    this.tally = newTally();
  }

  private WriteTally newTally() {
    return new WriteTally(context.rules().forWrite(plan.stage(), level), List.of());
  }

  void start() {
    id = context.table().add(this);
    begin();
  }

  private void begin() {
    begunNanos = context.clock().nanos();
    tally = newTally();
    failDeadReplicas();
    if (tally.verdict() != Verdict.UNREACHABLE) {
      send();
    }
    decide();
  }

  private void send() {
    sentNanos = context.clock().nanos();
    long round = id;
    for (NodeId replica : plan.replicas()) {
      if (!finished && round == id && tally.awaits(replica)) {
        if (replica.equals(context.self())) {
          own.writeAll(message(), outcome -> onOwnReply(round, outcome));
        } else {
          context.network().send(replica, message());
        }
      }
    }
  }

  private WriteRecords message() {
    return new WriteRecords(
        id,
        plan.partition(),
        plan.epoch(),
        tenant.id(),
        entries,
        context.timeoutMillis(deadlineNanos));
  }

  private void onOwnReply(long round, WritesOutcome outcome) {
    if (round == id && !finished) {
      onWriteRecordsReply(context.self(), outcome);
    }
  }

  @Override
  public void onWriteRecordsReply(NodeId from, WritesOutcome outcome) {
    if (!plan.replicas().contains(from)) {
      return;
    }
    switch (outcome) {
      case StaleEpoch stale -> {
        planAgain();
        return;
      }
      case Refused(String reason) -> fail(from, reason);
      case Merged(List<WriteOutcome> outcomes) when outcomes.size() != entries.size() ->
          fail(from, outcomes.size() + " answers came to " + entries.size() + " records");
      case Merged(List<WriteOutcome> outcomes) -> {
        if (outcomes.stream().anyMatch(StaleEpoch.class::isInstance)) {
          planAgain();
          return;
        }
        count(from, outcomes);
      }
    }
    decide();
  }

  private void count(NodeId from, List<WriteOutcome> outcomes) {
    boolean isFilling = false;
    for (WriteOutcome outcome : outcomes) {
      if (outcome instanceof StoredWhileFilling) {
        isFilling = true;
      } else if (!(outcome instanceof Stored) && !(outcome instanceof HoldsNewer)) {
        fail(from, outcome instanceof NotTaken refused ? refused.reason() : outcome.toString());
        return;
      }
    }
    if (isFilling) {
      boolean unused = tally.keep(from);
    } else {
      boolean unused = tally.ack(from);
    }
  }

  private void fail(NodeId replica, String why) {
    tally.fail(replica);
    lastRefusal = why;
  }

  private void failDeadReplicas() {
    for (NodeId replica : plan.replicas()) {
      if (tally.awaits(replica) && !context.liveness().isLive(replica)) {
        tally.fail(replica);
      }
    }
  }

  private void decide() {
    if (finished) {
      return;
    }
    switch (tally.verdict()) {
      case PENDING -> {}
      case UNREACHABLE ->
          end(() -> callback.failed(BackupFailures.notRestored(plan, level, tally, lastRefusal)));
      case REACHED -> {
        boolean isLate = context.clock().nanos() - begunNanos > STRAGGLERS_NANOS;
        if (isLate || plan.replicas().stream().noneMatch(tally::awaits)) {
          remember();
          end(callback::stored);
        }
      }
    }
  }

  /** If this node is no replica, it has nothing to bring later: replicas compare what they hold. */
  private void remember() {
    if (!tally.acked().contains(context.self())) {
      return;
    }
    for (NodeId replica : plan.replicas()) {
      if (!tally.holders().contains(replica)) {
        for (RecordStore.Entry entry : entries) {
          hints.missed(replica, plan.partition(), plan.epoch(), entry.key());
        }
      }
    }
  }

  private void end(Runnable answer) {
    finished = true;
    context.table().remove(id);
    answer.run();
  }

  /** If there is no other plan yet, this node is yet to hear of the epoch that has begun. */
  private void planAgain() {
    Plan next = context.plans().again(plan);
    Failure refusal = refusal(next, tenant);
    if (refusal != null) {
      end(() -> callback.failed(refusal));
    } else if (next != null && next.epoch() != plan.epoch()) {
      context.events().accept(CoordinatorEvent.Window.RESTORED_UNDER_ANOTHER_EPOCH);
      plan = next;
      id = context.table().renew(id);
      begin();
    }
  }

  /**
   * Why nothing is stored under a plan; null if it may be.
   *
   * @param plan null if the tenant is gone, or has another id: the restore was given up
   * @param tenant as it was when the records were made
   */
  static @Nullable Failure refusal(@Nullable Plan plan, Tenant tenant) {
    return plan != null
            && plan.tenant().isBeingRestored()
            && same(plan.tenant(), tenant, TenantSetting.RESTORING)
            && same(plan.tenant(), tenant, TenantSetting.RESTORED_FROM)
        ? null
        : BackupFailures.notBeingRestored(tenant);
  }

  private static boolean same(Tenant one, Tenant other, TenantSetting<Long> setting) {
    return one.get(setting).equals(other.get(setting));
  }

  @Override
  public void placementsChanged() {
    Plan next = context.plans().again(plan);
    if (next == null || next.epoch() != plan.epoch() || !next.tenant().isBeingRestored()) {
      planAgain();
    }
  }

  @Override
  public void check(long nowNanos) {
    failDeadReplicas();
    decide();
    if (!finished && nowNanos - sentNanos > Context.RESEND_NANOS) {
      send();
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    end(
        () ->
            callback.failed(
                Failures.deadlineExceeded(plan, level, tally.quorum(), tally.acked(), true)));
  }
}
