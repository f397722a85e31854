package io.quorate.node.core;

import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.cluster.Command;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.purge.PurgeDriver;
import io.quorate.purge.PurgeReport;
import io.quorate.purge.PurgeReportCodec;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.version.HybridClock;
import java.util.concurrent.TimeUnit;

/**
 * A node's part in purging: tells the metadata leader what its replica holds, and drives the rounds
 * while it leads itself.
 */
final class PurgePart {
  private static final long STEP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final NodeId self;
  private final LaneTime time;
  private final HybridClock hybridClock;
  private final Liveness liveness;
  private final PurgeReporter reporter;
  private final PurgeWatch watch;
  private final MetadataGroup group;
  private final PurgeDriver driver;
  private Placements placements;
  private Purging standing = Purging.NOTHING;

  private boolean leads;
  private boolean stopped;

  PurgePart(
      NodeId self,
      LaneTime time,
      HybridClock hybridClock,
      Liveness liveness,
      Replica replica,
      MetadataGroup group,
      PurgeDriver driver,
      Placements placements) {
    this.self = self;
    this.time = time;
    this.hybridClock = hybridClock;
    this.liveness = liveness;
    long afterMillis = driver.config().afterMillis();
    this.reporter = new PurgeReporter(self, replica, afterMillis);
    this.watch = new PurgeWatch(self, replica.trees(), afterMillis);
    this.group = group;
    this.driver = driver;
    this.placements = placements;
  }

  void start() {
    tickLater();
  }

  void stop() {
    stopped = true;
  }

  void placementsChanged(Placements next) {
    placements = next;
  }

  void onReport(NodeId from, byte[] report) {
    if (leads) {
      driver.onReport(from, PurgeReportCodec.decode(report));
    }
  }

  private void tickLater() {
    Lane.Timer unused = time.lane().schedule(driver.config().reportNanos(), this::tick);
  }

  private void tick() {
    if (stopped) {
      return;
    }
    drive();
    reporter.report(placements, wallMillis(), this::report);
    standing = watch.look(placements, wallMillis());
    tickLater();
  }

  private void report(PurgeReport report) {
    if (!stopped) {
      group.report(PurgeReportCodec.encode(report));
    }
  }

  /** As of a moment ago. */
  Purging standing() {
    return standing;
  }

  private void drive() {
    boolean led = leads;
    leads = self.equals(group.status().leader());
    if (!leads) {
      return;
    }
    long now = time.clock().nanos();
    if (!led) {
      driver.begin(now);
    }
    if (liveness.isClockSkewed()) {
      return; // what was promised up to a time that has yet to come is never taken back
    }
    for (Command command : driver.tick(placements, now, wallMillis(), liveness::isLive)) {
      // Whatever becomes of it shows in the state; what did not change is asked for again.
      group.propose(command, now + STEP_TIMEOUT_NANOS, outcome -> {});
    }
  }

  private long wallMillis() {
    return hybridClock.earlierMillis(time.clock().wallMillis());
  }
}
