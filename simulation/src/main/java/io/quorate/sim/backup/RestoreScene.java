package io.quorate.sim.backup;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.check.RestoreChecker;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What all who restore into one tenant share.
 *
 * @param tenant its name
 * @param settings that it was created with
 */
record RestoreScene(
    SimCluster cluster,
    RestoreChecker checker,
    RestoreSessions sessions,
    String tenant,
    TenantSettings settings,
    SimRandom random) {
  static final Duration ANSWER_MAX = Duration.ofSeconds(1);

  SimWorld world() {
    return cluster.world();
  }

  SimNode anyNode() {
    return cluster.operator().any(random);
  }

  void count(String what) {
    world().note("restores", () -> tenant + ": " + what);
    cluster.windows().enter("restore: " + what);
  }

  /** What was decided about a command; the state is that of the node that was asked. */
  interface Decided {
    void decided(CommandOutcome outcome, ClusterState state);
  }

  /** Has a command decided. It is asked for again, at any node, until it is accepted or refused. */
  void decide(Command command, Decided decided) {
    OneAnswer one = new OneAnswer();
    Runnable again = () -> decide(command, decided);
    world()
        .schedule(
            ANSWER_MAX.toNanos() * 3 / 2,
            "restores",
            () -> {
              if (one.isFirst()) {
                again.run();
              }
            });
    anyNode()
        .onMetadata(
            (group, nowNanos) ->
                group.propose(
                    command,
                    nowNanos + ANSWER_MAX.toNanos(),
                    outcome -> {
                      if (one.isFirst()) {
                        ClusterState state = group.state();
                        boolean over =
                            outcome instanceof CommandOutcome.Accepted
                                || outcome instanceof CommandOutcome.Rejected;
                        world()
                            .schedule(
                                over ? 0 : 100_000_000,
                                "restores",
                                over ? () -> decided.decided(outcome, state) : again);
                      }
                    }));
  }

  /** As the node knows it that has heard of most; null before any has. */
  @Nullable Tenant newest() {
    return newest(cluster, tenant);
  }

  /** As the node knows it that has heard of most; null before any has. */
  static @Nullable Tenant newest(SimCluster cluster, String tenant) {
    @Nullable Tenant newest = null;
    long version = -1;
    for (SimNode node : cluster.nodes()) {
      MetadataGroup group = node.metadata();
      if (group != null && group.state().stateVersion() > version) {
        version = group.state().stateVersion();
        newest = group.state().tenants().get(tenant);
      }
    }
    return newest;
  }
}
