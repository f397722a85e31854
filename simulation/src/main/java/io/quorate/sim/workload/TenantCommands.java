package io.quorate.sim.workload;

import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.placement.Tenant;
import io.quorate.sim.check.linear.History;
import io.quorate.sim.check.linear.Linearizability;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.workload.TenantModel.Alter;
import io.quorate.sim.workload.TenantModel.Create;
import io.quorate.sim.workload.TenantModel.Decided;
import io.quorate.sim.workload.TenantModel.Input;
import io.quorate.sim.workload.TenantModel.Look;
import io.quorate.sim.workload.TenantModel.Output;
import io.quorate.sim.workload.TenantModel.Seen;
import io.quorate.sim.workload.TenantModel.Settings;
import java.util.List;

/**
 * Operators create, alter and look at tenants, at any node that is part of a metadata group; their
 * answers must be linearizable. A read first makes sure that its node knows all that was decided.
 */
final class TenantCommands implements Workload {
  private static final long TIMEOUT_NANOS = 1_000_000_000;
  private static final long STEPS_MAX = 5_000_000;

  private final History<String, Input, Output> history = new History<>();

  @Override
  public void turn(Client client, Runnable done) {
    SimNode node = client.node(client.anyNode());
    String tenant = client.random().pick(List.of("x", "y"));
    long ttl = client.random().between(1, 3);
    int kind = client.random().nextInt(6);
    node.onMetadata(
        (group, nowNanos) -> {
          long deadline = nowNanos + TIMEOUT_NANOS;
          switch (kind) {
            case 0, 1 -> look(client, group, tenant, deadline);
            case 2, 3 -> alter(client, group, tenant, ttl, deadline);
            default -> create(client, group, tenant, ttl, deadline);
          }
        });
    client.later(client.random().between(1, TIMEOUT_NANOS / 4), done);
  }

  @Override
  public void rests() {
    new Linearizability<>(new TenantModel(), STEPS_MAX).hold("linearizability", "tenants", history);
  }

  private void look(Client client, MetadataGroup group, String name, long deadline) {
    int number = history.begin(name, client.name(), new Look());
    group.confirm(
        deadline,
        confirmed -> {
          client.counts(confirmed ? "tenant looked at" : "tenant not looked at");
          if (confirmed) {
            Tenant tenant = group.state().tenants().get(name);
            long ttl = tenant == null ? Settings.NONE : tenant.defaultTtlMillis();
            history.end(number, new Seen(new Settings(ttl)));
          } else {
            history.refuse(number); // it has changed nothing
          }
        });
  }

  private void create(
      Client client, MetadataGroup group, String name, long ttlMillis, long deadline) {
    int number = history.begin(name, client.name(), new Create(ttlMillis));
    group.propose(
        new Command.CreateTenant(name, 0, null, null, ttlMillis),
        deadline,
        outcome -> end(client, number, outcome));
  }

  private void alter(
      Client client, MetadataGroup group, String name, long ttlMillis, long deadline) {
    int number = history.begin(name, client.name(), new Alter(ttlMillis));
    group.propose(
        new Command.AlterTenant(name, null, null, ttlMillis),
        deadline,
        outcome -> end(client, number, outcome));
  }

  private void end(Client client, int number, CommandOutcome outcome) {
    client.counts("tenant command: " + outcome.getClass().getSimpleName());
    switch (outcome) {
      case CommandOutcome.Accepted accepted -> history.end(number, new Decided(true));
      case CommandOutcome.Rejected rejected -> history.end(number, new Decided(false));
      case CommandOutcome.Unavailable unavailable -> history.refuse(number);
      case CommandOutcome.Unknown unknown -> {}
    }
  }
}
