package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.DropTenant;
import io.quorate.cluster.Command.TruncateTenant;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Operators create, drop and truncate tenants, and clients write to them meanwhile, whether they
 * are there or not. Nothing is promised of what is written; nothing of it may be left of those that
 * were dropped, which is checked when the cluster is at rest, as is that nothing else suffers.
 */
public final class TenantsThatGo implements Workload {
  /** What such clients are called. */
  public static final String NAME = "tenants that go";

  private static final List<String> TENANTS = List.of("passing0", "passing1");
  private static final int KEYS = 12;

  /** Requests that come together with a drop. */
  private static final int MEANWHILE = 12;

  private static final long TIMEOUT_NANOS = 1_000_000_000;
  private static final long THINK_MAX_NANOS = 30_000_000;

  @Override
  public void turn(Client client, Runnable done) {
    SimRandom random = client.random();
    SimNode node = client.node(client.anyNode());
    String tenant = random.pick(TENANTS);
    int kind = random.nextInt(30);
    if (kind < 6) {
      Command command =
          switch (kind) {
            case 0 -> new DropTenant(tenant);
            case 1 -> new TruncateTenant(tenant);
            default -> new CreateTenant(tenant, 3, null, null, 0);
          };
      decide(client, node, command);
    }
    int together = kind < 2 ? MEANWHILE : 1;
    for (int i = 0; i < together; i++) {
      ask(client, client.node(client.anyNode()), operation(random, tenant));
    }
    client.later(random.between(1, THINK_MAX_NANOS), done);
  }

  private static void decide(Client client, SimNode node, Command command) {
    node.onMetadata(
        (group, nowNanos) ->
            group.propose(
                command,
                nowNanos + TIMEOUT_NANOS,
                outcome ->
                    client.counts(
                        NAME
                            + ": "
                            + command.getClass().getSimpleName()
                            + " "
                            + outcome.getClass().getSimpleName())));
  }

  private static Operation operation(SimRandom random, String tenant) {
    byte[] key = ("passing " + random.nextInt(KEYS)).getBytes(UTF_8);
    Level level = random.pick(List.of(Level.ONE, Level.QUORUM));
    return switch (random.nextInt(6)) {
      case 0 -> new Operation.Get(tenant, key, level);
      case 1 -> new Operation.Delete(tenant, key, level, RequestId.NONE);
      default -> new Operation.Put(tenant, key, new byte[10], level, 0, RequestId.NONE);
    };
  }

  private static void ask(Client client, SimNode node, Operation operation) {
    Placements known = node.placements();
    ClientRequest request =
        known == null
            ? null
            : ClientRequest.of(known, operation, node.clock().nanos() + TIMEOUT_NANOS);
    if (request == null) {
      client.counts(NAME + ": not there");
      return;
    }
    node.onCoordinator(
        coordinator ->
            coordinator.submit(
                request,
                outcome ->
                    client.counts(
                        NAME + ": " + (Client.succeeded(outcome) ? "done" : "not done"))));
  }
}
