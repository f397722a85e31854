package io.quorate.replication.coordinator;

import io.quorate.model.RequestId;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.version.WriteId;
import org.jspecify.annotations.Nullable;

/** Where operations on keys of linearizable tenants begin (docs/design/linearizable.md). */
final class RegisterEntry {
  private final Context context;
  private final MissedWrites hints;

  RegisterEntry(Context context, MissedWrites hints) {
    this.context = context;
    this.hints = hints;
  }

  /** Begins a read. */
  void read(ClientRequest request, Plan plan, OutcomeCallback callback, Restart again) {
    begin(
        request,
        plan,
        change(token(request)),
        RegisterOperation.ANY_EPOCH,
        callback,
        () -> again.begin(request, callback));
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
    Failure refusal = refusal(plan, stamp, ttlMillis);
    if (refusal != null) {
      write.done(new Outcome.Failed(refusal));
      return;
    }
    RequestId named = write.request().operation().requestId();
    WriteId id = new WriteId(stamp.hlc(), named.session(), named.number());
    boolean takesOnce = context.rules().takesChangesOnce();
    begin(
        write.request(),
        plan,
        new RegisterChange.Put(
            id,
            stamp.firstAttempt(),
            takesOnce,
            write.request().operation().condition(),
            token(write.request()),
            value),
        RegisterOperation.NO_EPOCH,
        write,
        write);
  }

  private @Nullable Failure refusal(Plan plan, WriteStamp stamp, long ttlMillis) {
    if (ttlMillis != 0 || stamp.expiresAtMillis() != 0) {
      return Failures.registersDoNotExpire(plan.tenant());
    }
    AheadOfClock ahead = context.aheadOfClock(stamp.hlc());
    return ahead == null ? null : ahead.ofStamp(plan, stamp.firstAttempt());
  }

  private void begin(
      ClientRequest request,
      Plan plan,
      RegisterChange change,
      long sinceEpoch,
      OutcomeCallback callback,
      Runnable again) {
    new RegisterOperation(
            context,
            hints,
            plan,
            request.key(),
            request.deadlineNanos(),
            change,
            sinceEpoch,
            callback,
            again)
        .start();
  }
}
