package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.model.RequestId;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.operation.AheadOfClock;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.FencedOff;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Restart;
import io.quorate.replication.coordinator.operation.WriteUnderWay;
import io.quorate.replication.coordinator.register.RegisterLines.Entry;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.version.WriteId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where operations on keys of linearizable tenants begin (docs/design/linearizable.md). */
public final class RegisterEntry {
  /** Of a read: whatever is agreed on is good enough. */
  private static final long ANY_EPOCH = 0;

  /** Has the register accepted by a new ballot, whatever is agreed on. */
  static final long NO_EPOCH = Long.MAX_VALUE;

  private final Context context;
  private final RegisterLines lines;

  public RegisterEntry(Context context, MissedWrites hints) {
    this.context = context;
    this.lines = new RegisterLines(context, hints);
  }

  /** Begins a read. */
  public void read(ClientRequest request, Plan plan, OutcomeCallback callback, Restart again) {
    RegisterChange change = change(token(request));
    Consumer<Outcome> done = tellsWhoHolds(request, callback);
    Runnable restart = () -> again.begin(request, callback);
    new RegisterRead(
            context,
            plan,
            request.key(),
            request.deadlineNanos(),
            change,
            ANY_EPOCH,
            done,
            now -> propose(entry(now, request, change, done, restart)),
            restart)
        .start();
  }

  /** A read that raises the fence changes the register; any other may be answered by a change. */
  private void propose(Entry entry) {
    if (entry.change().token() == 0) {
      lines.read(entry);
    } else {
      lines.change(entry);
    }
  }

  private static Entry entry(
      Plan plan,
      ClientRequest request,
      RegisterChange change,
      Consumer<Outcome> done,
      Runnable again) {
    return new Entry(plan, request.key(), request.deadlineNanos(), change, done, again);
  }

  /**
   * Has a register accepted as it is, unless it is agreed on under an epoch or a later one.
   *
   * @param above which the ballot must be, a hybrid time; 0: any
   * @param done told whether it is
   */
  void settle(
      Plan plan, Key key, long deadlineNanos, long sinceEpoch, long above, Consumer<Boolean> done) {
    new RegisterSettlement(context, lines, key, deadlineNanos, sinceEpoch, above, done).begin(plan);
  }

  private long token(ClientRequest request) {
    return context.rules().fencesOff() ? request.operation().fenceToken() : 0;
  }

  /** A read under a lock has later ones of earlier holders refused. */
  private RegisterChange change(long token) {
    return token != 0 && context.rules().raisesFences()
        ? new RegisterChange.Raise(token)
        : new RegisterChange.Nothing();
  }

  /**
   * Begins a put or delete.
   *
   * @param value null for a deletion
   */
  public void write(
      WriteUnderWay write, Plan plan, WriteStamp stamp, long ttlMillis, byte @Nullable [] value) {
    if (ttlMillis != 0 || stamp.expiresAtMillis() != 0) {
      write.done(new Outcome.Failed(RegisterFailures.registersDoNotExpire(plan.tenant())));
      return;
    }
    Condition condition = write.request().operation().condition();
    begin(write, plan, stamp, new RegisterEdit.Set(condition, value));
  }

  /** Begins an increment. */
  public void increment(
      WriteUnderWay write, Plan plan, WriteStamp stamp, Operation.Increment increment) {
    begin(
        write, plan, stamp, new RegisterEdit.Add(increment.by(), increment.min(), increment.max()));
  }

  /** Begins an update of fields. */
  public void updateFields(
      WriteUnderWay write, Plan plan, WriteStamp stamp, Operation.UpdateFields update) {
    long tenantMax = plan.tenant().get(TenantSetting.MAX_VALUE_BYTES);
    long nodeMax = context.config().largestValueBytes();
    long bytesMax = tenantMax == 0 ? nodeMax : Math.min(tenantMax, nodeMax);
    begin(
        write,
        plan,
        stamp,
        new RegisterEdit.UpdateFields(update.condition(), update.fields(), bytesMax));
  }

  private void begin(WriteUnderWay write, Plan plan, WriteStamp stamp, RegisterEdit edit) {
    AheadOfClock ahead = context.aheadOfClock(stamp.hlc());
    if (ahead != null) {
      write.done(new Outcome.Failed(ahead.ofStamp(plan, stamp.firstAttempt())));
      return;
    }
    RequestId named = write.request().operation().requestId();
    WriteId id = new WriteId(stamp.hlc(), named.session(), named.number());
    boolean takesOnce = context.rules().takesChangesOnce();
    RegisterChange change =
        new RegisterChange.Write(id, stamp.firstAttempt(), takesOnce, token(write.request()), edit);
    lines.change(
        entry(plan, write.request(), change, tellsWhoHolds(write.request(), write), write));
  }

  private Consumer<Outcome> tellsWhoHolds(ClientRequest request, OutcomeCallback callback) {
    return FencedOff.tellsWhoHolds(context, request.deadlineNanos(), callback);
  }
}
