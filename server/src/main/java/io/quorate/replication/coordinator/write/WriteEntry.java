package io.quorate.replication.coordinator.write;

import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.operation.AheadOfClock;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.FencedOff;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Restart;
import io.quorate.replication.coordinator.operation.WriteUnderWay;
import io.quorate.replication.coordinator.register.RegisterEntry;
import io.quorate.replication.event.Bound;
import io.quorate.replication.hint.MissedWrites;
import org.jspecify.annotations.Nullable;

/** Where the writes begin that this node coordinates, each by the rules of its tenant. */
public final class WriteEntry {
  private final Context context;
  private final MissedWrites hints;

  /** Begins a request again that was planned on placements that are over. */
  private final Restart again;

  private final SiblingEntry siblings;
  private final UpdateEntry updates;
  private final RegisterEntry registers;

  /** Bytes of values in writes under way. */
  private long valueBytes;

  public WriteEntry(Context context, MissedWrites hints, RegisterEntry registers, Restart again) {
    this.context = context;
    this.hints = hints;
    this.again = again;
    this.siblings = new SiblingEntry(context, hints);
    this.updates = new UpdateEntry(context, hints);
    this.registers = registers;
  }

  /** A write under way, whose values are counted until it has ended, or is begun again. */
  private final class Counted implements WriteUnderWay {
    private final ClientRequest request;
    private final int size;
    private final OutcomeCallback callback;

    Counted(ClientRequest request, OutcomeCallback callback) {
      this.request = request;
      this.size = request.operation().valueBytes();
      this.callback = callback;
      valueBytes += size;
    }

    @Override
    public ClientRequest request() {
      return request;
    }

    @Override
    public void done(Outcome outcome) {
      valueBytes -= size;
      callback.done(outcome);
    }

    @Override
    public void run() {
      valueBytes -= size;
      again.begin(request, callback);
    }
  }

  /** Begins a put, a delete or an update. */
  public void begin(ClientRequest request, Plan plan, Level level, OutcomeCallback callback) {
    Failure refusal = refusal(request, plan.partition());
    if (refusal != null) {
      callback.done(new Outcome.Failed(refusal));
      return;
    }
    Counted write = new Counted(request, callback);
    switch (request.operation()) {
      case Operation.Put put -> {
        long ttl = put.ttlMillis() == 0 ? plan.tenant().defaultTtlMillis() : put.ttlMillis();
        begin(write, plan, level, put.value(), ttl);
      }
      case Operation.Delete delete -> begin(write, plan, level, null, 0);
      case Operation.Increment increment -> {
        WriteStamp stamp = increment.stamp();
        if (stamp != null) { // always so, by TenantChecks
          registers.increment(write, plan, stamp, increment);
        }
      }
      case Operation.UpdateFields update -> {
        WriteStamp stamp = update.stamp();
        if (stamp != null) { // always so, by TenantChecks
          registers.updateFields(write, plan, stamp, update);
        }
      }
      case Operation.Update update -> updates.begin(write, plan, level, update);
      case Operation.Get get -> throw new IllegalArgumentException("a read is no write");
    }
  }

  private void begin(
      Counted write, Plan plan, Level level, byte @Nullable [] value, long ttlMillis) {
    ClientRequest request = write.request;
    WriteStamp stamp = request.operation().stamp();
    if (stamp == null) {
      long token = context.rules().fencesOff() ? request.operation().fenceToken() : 0;
      Content content =
          new Content.Fresh(value, ttlMillis, context.seen(request.operation()), token);
      OutcomeCallback done =
          token == 0
              ? write
              : FencedOff.tellsWhoHolds(context, request.deadlineNanos(), write)::accept;
      new WriteOperation(context, hints, plan, request, level, content, done, write).start();
    } else if (plan.tenant().isLinearizable()) {
      registers.write(write, plan, stamp, ttlMillis, value);
    } else if (plan.tenant().keepsSiblings()) {
      siblings.begin(write, plan, stamp, value);
    } else {
      OnceOperation.Stamped stamped = OnceOperation.Stamped.of(request, stamp, value);
      new OnceOperation(context, hints, plan, request, stamped, write, write).start();
    }
  }

  private @Nullable Failure refusal(ClientRequest request, int partition) {
    Tenant tenant = request.tenant();
    Operation operation = request.operation();
    if (operation.stamp() != null && !tenant.namesWrites()) {
      return WriteFailures.stampNotTaken(tenant);
    }
    if (operation.context().length > 0 && !tenant.keepsSiblings()) {
      return WriteFailures.contextNotTaken(tenant);
    }
    if (operation.condition() != null && !tenant.isLinearizable()) {
      return WriteFailures.conditionNotTaken(tenant);
    }
    String unfit = context.liveness().whyThisNodeTakesNoWrites();
    if (unfit != null) {
      return Failures.notServing(partition, unfit);
    }
    long seen = context.seen(operation);
    AheadOfClock ahead = seen == 0 ? null : context.aheadOfClock(seen);
    if (ahead != null) {
      return ahead.ofSession(partition);
    }
    long bytes = valueBytes + operation.valueBytes();
    if (bytes > context.config().valueBytesMax() && valueBytes > 0) {
      context.events().accept(Bound.VALUE_BYTES.overloaded());
      return Failures.overloaded(valueBytes + " bytes of values");
    }
    return null;
  }
}
