package io.quorate.sim.overload;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.Windows;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.Sabotage;
import io.quorate.storage.memory.DiskSpeed;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes that carry out few requests at a time, and three tenants: a hot one that asks for
 * many times what there is, in bursts and huge scans; a quiet one that asks for a part of its share
 * with short timeouts; and one with a quota that asks for more than that. Clients retry once, after
 * the time that the refusal names.
 *
 * <p>Checked: every call is answered in time, all queues keep their bounds (the cluster's own
 * checkers), the quiet tenant is served, the limited one gets its quota and no more, and no request
 * is passed on after its deadline.
 */
final class Rush {
  private static final int NODES = 3;
  private static final long MILLIS = 1_000_000;
  private static final Duration LENGTH = Duration.ofSeconds(2);
  private static final long QUOTA_PER_SECOND = 90;

  private static final DiskSpeed DISK =
      new DiskSpeed(2 * MILLIS, 4 * MILLIS, 30, MILLIS / 2, 2 * MILLIS);

  /** In one of two seeds, lines may be long for as long as bursts come. */
  private static AdmissionConfig narrow(long seed) {
    return new AdmissionConfig(2, 32, 2_500, 200 * MILLIS, seed % 2 == 0 ? 0 : 500 * MILLIS, 1, 4);
  }

  private final SimWorld world;
  private final SimCluster cluster;
  private final SimRandom random;
  private final Map<String, Asked> tenants = new TreeMap<>();

  /** What a tenant's clients met. */
  private static final class Asked {
    int asked;
    int served;
    int underWay;
  }

  /** A call, as its callback knows it. */
  private static final class One {
    @Nullable Call call;
  }

  Rush(long seed, Set<LeftOut> leftOut) {
    this.world = SimWorld.of(seed);
    this.random = world.random("rush");
    Placements fixed = FixedPlacements.of(NODES, NODES);
    Map<String, Tenant> known = new TreeMap<>(fixed.tenants());
    known.put("hot", tenant(2, "hot", TenantSettings.NONE));
    known.put("quiet", tenant(3, "quiet", TenantSettings.NONE));
    known.put(
        "limited",
        tenant(
            4,
            "limited",
            TenantSettings.NONE.with(TenantSetting.OPERATIONS_PER_SECOND, QUOTA_PER_SECOND)));
    Placements placements =
        new Placements(fixed.stateVersion(), fixed.nodes(), known, fixed.partitions());
    this.cluster =
        new SimCluster(
            world,
            NODES,
            tenant(1, Tenant.DEFAULT_NAME, TenantSettings.NONE),
            ReplicationProgram.factory(
                placements, CoordinatorConfig.DEFAULT, narrow(seed), leftOut),
            Sabotage.NONE);
  }

  private static Tenant tenant(int id, String name, TenantSettings settings) {
    return new Tenant(id, name, NODES, settings);
  }

  Windows windows() {
    return cluster.windows();
  }

  /** Hash over all events so far, to compare two runs. */
  long fingerprint() {
    return world.journal().hash();
  }

  /** Runs it, and throws {@link PromiseBroken} if anything was not as it should be. */
  void run() {
    cluster.startAll();
    cluster.nodes().forEach(node -> node.disk().speed(DISK));
    world.runFor(Duration.ofSeconds(2)); // until nodes have heard each other
    long end = world.nowNanos() + LENGTH.toNanos();
    for (int node = 0; node < NODES; node++) {
      floods(node, end);
      scans(node, end);
      asks("quiet", node, 20 * MILLIS, Duration.ofMillis(150), end);
      asks("limited", node, 10 * MILLIS, Duration.ofSeconds(1), end);
    }
    world.runFor(LENGTH.plusSeconds(2));
    check();
  }

  /** The hot tenant sends bursts of far more than the capacity, some with very short timeouts. */
  private void floods(int node, long end) {
    if (world.nowNanos() >= end) {
      return;
    }
    int burst = (int) random.between(30, 100);
    for (int i = 0; i < burst; i++) {
      Duration patience = Duration.ofMillis(random.chance(0.3) ? random.between(3, 30) : 1_000);
      call("hot", node, "hot" + random.nextInt(50), patience, random.chance(0.1));
    }
    world.schedule(random.exponential(10 * MILLIS), "flood", () -> floods(node, end));
  }

  /** The hot tenant reads all its keys, repeatedly. */
  private void scans(int node, long end) {
    if (world.nowNanos() < end) {
      cluster.scan(
          "hot",
          node,
          "hot",
          1_000,
          new Ask(
              Duration.ofSeconds(1),
              () -> world.schedule(MILLIS, "scan again", () -> scans(node, end))));
    }
  }

  private void asks(String tenant, int node, long betweenNanos, Duration patience, long end) {
    if (world.nowNanos() < end) {
      call(tenant, node, tenant + random.nextInt(20), patience, false);
      world.schedule(
          random.exponential(betweenNanos),
          "ask",
          () -> asks(tenant, node, betweenNanos, patience, end));
    }
  }

  private void call(String tenant, int node, String key, Duration patience, boolean comesBack) {
    Asked asked = tenants.computeIfAbsent(tenant, first -> new Asked());
    asked.asked++;
    call(tenant, node, key, patience, comesBack, asked);
  }

  private void call(
      String tenant, int node, String key, Duration patience, boolean comesBack, Asked asked) {
    var one = new One();
    Ask ask =
        new Ask(
            patience,
            () ->
                world.schedule(0, "heard", () -> heard(one.call, tenant, node, comesBack, asked)));
    one.call =
        random.chance(0.5)
            ? cluster.put(tenant, node, key, (int) random.between(1, 200), ask)
            : cluster.get(tenant, node, key, null, ask);
    asked.underWay++;
  }

  private void heard(@Nullable Call call, String tenant, int node, boolean comesBack, Asked asked) {
    asked.underWay--;
    Outcome outcome = call == null ? null : call.outcome();
    if (outcome == null) {
      return;
    }
    if (!(outcome instanceof Outcome.Failed(Failure failure))) {
      asked.served++;
    } else if (comesBack && failure.reason() == Reason.OVERLOADED) {
      hold(failure.retryAfterMillis() > 0, "refused without a time to come back: %s", failure);
      world.schedule(
          failure.retryAfterMillis() * MILLIS,
          "come back",
          () -> {
            cluster.windows().enter("retry-after honoured");
            call(tenant, node, tenant + "-again", Duration.ofSeconds(1), false, asked);
          });
    }
  }

  private void check() {
    tenants.forEach(
        (name, asked) ->
            hold(asked.underWay == 0, "calls of %s were never answered: %s", name, asked.underWay));
    Asked quiet = tenants.get("quiet");
    hold(
        quiet != null && quiet.served >= 0.97 * quiet.asked,
        "beside a hot tenant, of the quiet one's calls were served: %s",
        quiet == null ? "none" : quiet.served + " of " + quiet.asked);
    Asked limited = tenants.get("limited");
    long most = QUOTA_PER_SECOND * (LENGTH.toSeconds() + 1);
    hold(
        limited != null && limited.served <= 1.05 * most && limited.served >= 0.85 * most,
        "with a quota of %s at most, there were served: %s",
        most,
        limited == null ? 0 : limited.served);
    hold(
        cluster.windows().count("Expired, coordinated") == 0,
        "was handed on after its deadline: %s",
        cluster.windows().count("Expired, coordinated"));
  }

  @FormatMethod
  private static void hold(boolean fact, String message, Object... info) {
    if (!fact) {
      throw new PromiseBroken("overload", message.formatted(info));
    }
  }
}
