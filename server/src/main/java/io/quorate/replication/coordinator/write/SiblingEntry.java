package io.quorate.replication.coordinator.write;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.operation.AheadOfClock;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.WriteUnderWay;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.version.CausalContext;
import io.quorate.version.WriteId;
import org.jspecify.annotations.Nullable;

/** Where puts and deletes of keys with siblings begin (docs/design/siblings.md#a-write). */
final class SiblingEntry {
  private final Context context;
  private final MissedWrites hints;

  SiblingEntry(Context context, MissedWrites hints) {
    this.context = context;
    this.hints = hints;
  }

  /**
   * Begins a write.
   *
   * @param value null for a deletion
   */
  void begin(WriteUnderWay write, Plan plan, WriteStamp stamp, byte @Nullable [] value) {
    ClientRequest request = write.request();
    Operation operation = request.operation();
    CausalContext seen = CausalContext.of(operation.context(), request.key());
    if (seen == null || !context.isCredible(seen.latest())) {
      refuse(write, WriteFailures.contextNotOfKey(plan.tenant()));
      return;
    }
    AheadOfClock ahead = context.aheadOfClock(stamp.hlc());
    if (ahead != null) {
      refuse(write, ahead.ofStamp(plan, stamp.firstAttempt()));
      return;
    }
    RequestId named = operation.requestId();
    WriteId id = new WriteId(stamp.hlc(), named.session(), named.number());
    if (value == null && seen.isNothing()) {
      new BlindDelete(context, plan, write, id, read -> store(write, plan, id, stamp, read, null))
          .start();
    } else {
      store(write, plan, id, stamp, seen, value);
    }
  }

  private static void refuse(WriteUnderWay write, Failure why) {
    write.done(new Outcome.Failed(why));
  }

  private void store(
      WriteUnderWay write,
      Plan plan,
      WriteId id,
      WriteStamp stamp,
      CausalContext seen,
      byte @Nullable [] value) {
    ClientRequest request = write.request();
    Content content =
        new SiblingWrite(
            request.key(),
            id,
            stamp.firstAttempt(),
            seen,
            value,
            stamp.expiresAtMillis(),
            context.seen(request.operation()),
            context.config().recordBytesMax());
    new WriteOperation(context, hints, plan, request, Level.QUORUM, content, write, write).start();
  }
}
