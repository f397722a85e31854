package io.quorate.sim.run;

import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.replica.limit.RequestLimiterConfig;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.util.List;

/** The limits that the nodes of one run have: its seed has drawn them. */
final class DrawnLimits {
  private final SimWorld world;
  private final Scope scope;

  DrawnLimits(SimWorld world, Scope scope) {
    this.world = world;
    this.scope = scope;
  }

  /**
   * Draws limits of coordinators: small ones, so that a run meets them; in some runs so small that
   * few clients hit them.
   */
  CoordinatorConfig coordinator() {
    SimRandom random = world.random("config");
    boolean wide = scope == Scope.RESTORES; // 16 partitions are looked at together
    return new CoordinatorConfig(
        random.pick(wide ? List.of(256) : List.of(256, 256, 256, 12)),
        random.pick(wide ? List.of(1 << 20) : List.of(1 << 20, 1 << 20, 100)),
        CoordinatorConfig.DEFAULT.recordBytesMax(),
        versionsOnlyAboveBytes(),
        2_000_000L,
        random.pick(List.of(0.5, 0.5, 0.01)),
        5_000_000L,
        500_000_000L,
        new BreakerConfig(3, 200_000_000L, random.pick(List.of(256, 256, 2))),
        new RepairConfig(true, 300_000_000L, 100_000_000L, 2, 2, 3, 0),
        new RequestLimiterConfig(
            random.pick(wide ? List.of(256) : List.of(256, 256, 256, 4)),
            random.pick(wide ? List.of(1 << 20) : List.of(1 << 20, 1 << 20, 200))));
  }

  /**
   * Replicas of whole nodes are three for most keys, so few reads ask more than one other; of those
   * that do, most ask for versions only.
   */
  private int versionsOnlyAboveBytes() {
    return scope == Scope.WHOLE_NODES
        ? world.random("versions only").pick(List.of(1, 1, 1, 64))
        : 64;
  }

  /** Draws limits; in some runs so low that requests of a few clients wait. */
  AdmissionConfig admission() {
    SimRandom random = world.random("admission");
    boolean narrow = random.chance(0.25);
    long bytesMax = narrow ? random.pick(List.of(100L, 10_000L)) : 1 << 20;
    long waitNanosMax = random.pick(List.of(20_000_000L, 100_000_000L));
    int pagesMax = random.pick(List.of(1, 4));
    long burstNanosMax = random.pick(List.of(0L, 200_000_000L, 1_000_000_000L));
    return new AdmissionConfig(
        narrow ? 2 : 64, narrow ? 6 : 256, bytesMax, waitNanosMax, burstNanosMax, pagesMax, 2);
  }
}
