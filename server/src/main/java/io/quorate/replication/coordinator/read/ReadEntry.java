package io.quorate.replication.coordinator.read;

import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.FencedOff;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.Restart;
import io.quorate.replication.coordinator.register.FencedRead;
import io.quorate.replication.coordinator.register.RegisterEntry;
import io.quorate.replication.hint.MissedWrites;

/** Where the reads begin that this node coordinates. */
public final class ReadEntry {
  private final Context context;

  /** Begins a request again that was planned on placements that are over. */
  private final Restart again;

  private final MissedWrites hints;
  private final RegisterEntry registers;

  public ReadEntry(Context context, MissedWrites hints, RegisterEntry registers, Restart again) {
    this.context = context;
    this.hints = hints;
    this.again = again;
    this.registers = registers;
  }

  /** Begins a get. */
  public void begin(ClientRequest request, Plan plan, Level level, OutcomeCallback callback) {
    if (!(request.operation() instanceof Operation.Get get)) {
      throw new IllegalArgumentException("a write is no read");
    }
    Tenant tenant = plan.tenant();
    if (tenant.isLinearizable()) {
      registers.read(request, plan, callback, again);
      return;
    }
    if (get.fenceToken() != 0 && context.rules().raisesFences()) {
      raise(request, plan, get, callback);
      return;
    }
    ReadRepair repair = get.repair() == null ? tenant.readRepair() : get.repair();
    if (tenant.mergesFields() && get.minimum() != null) {
      context.events().accept(CoordinatorEvent.Window.FIELDS_READ_FOR_SESSION);
      Level raised = plan.stage().asksLessThanQuorum(level) ? Level.QUORUM : level;
      read(withoutMinimum(request, get, raised), plan, raised, repair, callback);
    } else {
      read(request, plan, level, repair, callback);
    }
  }

  private void raise(
      ClientRequest request, Plan plan, Operation.Get get, OutcomeCallback callback) {
    new FencedRead(
            context,
            hints,
            plan,
            request,
            get,
            FencedOff.tellsWhoHolds(context, request.deadlineNanos(), callback),
            () -> again.begin(request, callback))
        .start();
  }

  /**
   * No version tells what a session has seen of fields that are merged: it reads at QUORUM, where
   * no update is missed that was acknowledged at QUORUM (docs/design/sessions.md).
   */
  private static ClientRequest withoutMinimum(
      ClientRequest request, Operation.Get get, Level level) {
    return new ClientRequest(
        request.tenant(),
        request.key(),
        request.partition(),
        new Operation.Get(get.tenant(), get.key(), level, get.repair()),
        request.deadlineNanos());
  }

  private void read(
      ClientRequest request, Plan plan, Level level, ReadRepair repair, OutcomeCallback callback) {
    boolean everyone = repair.mode() == ReadRepair.Mode.EVERYONE;
    new ReadOperation(
            context,
            plan,
            request,
            level,
            repair,
            everyone ? counted(callback) : callback,
            everyone ? (same, counted) -> again.begin(same, callback) : again)
        .start();
  }

  /** Counts what a read repairs that a client has everyone asked by. */
  private OutcomeCallback counted(OutcomeCallback callback) {
    return outcome -> {
      if (outcome instanceof Outcome.Read read) {
        context.events().accept(new CoordinatorEvent.RepairedEveryone(read.repaired()));
      }
      callback.done(outcome);
    };
  }
}
