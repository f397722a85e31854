package io.quorate.replication.coordinator;

import io.quorate.model.RequestId;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.version.WriteId;
import org.jspecify.annotations.Nullable;

/** Where operations on keys of linearizable tenants begin (docs/design/linearizable.md). */
final class RegisterEntry {
  private final Context context;
  private final MissedWrites hints;
  private final RegisterLines lines;

  RegisterEntry(Context context, MissedWrites hints) {
    this.context = context;
    this.hints = hints;
    this.lines = new RegisterLines(context, hints);
  }

  /** Begins a read. */
  void read(ClientRequest request, Plan plan, OutcomeCallback callback, Restart again) {
    new RegisterOperation(
            context,
            hints,
            plan,
            request.key(),
            request.deadlineNanos(),
            change(token(request)),
            RegisterOperation.ANY_EPOCH,
            outcomes -> callback.done(outcomes.getFirst()),
            () -> again.begin(request, callback))
        .start();
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
  void write(
      WriteUnderWay write, Plan plan, WriteStamp stamp, long ttlMillis, byte @Nullable [] value) {
    if (ttlMillis != 0 || stamp.expiresAtMillis() != 0) {
      write.done(new Outcome.Failed(Failures.registersDoNotExpire(plan.tenant())));
      return;
    }
    Condition condition = write.request().operation().condition();
    begin(write, plan, stamp, new RegisterEdit.Set(condition, value));
  }

  /** Begins an increment. */
  void increment(WriteUnderWay write, Plan plan, WriteStamp stamp, Operation.Increment increment) {
    begin(
        write, plan, stamp, new RegisterEdit.Add(increment.by(), increment.min(), increment.max()));
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
    lines.begin(
        plan,
        write,
        new RegisterChange.Write(
            id, stamp.firstAttempt(), takesOnce, token(write.request()), edit));
  }
}
