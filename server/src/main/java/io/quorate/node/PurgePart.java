package io.quorate.node;

import io.quorate.cluster.Command;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.purge.PurgeConfig;
import io.quorate.purge.PurgeDriver;
import io.quorate.purge.PurgeReport;
import io.quorate.purge.PurgeReport.Holding;
import io.quorate.purge.PurgeReportCodec;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.tree.HashTree;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * A node's part in purging: tells whoever leads what its replica holds, and drives the rounds while
 * it leads itself.
 */
final class PurgePart {
  private static final long STEP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Of one report, so that its message stays small; the others follow in the next ones. */
  private static final int HOLDINGS_MAX = 32;

  private static final int PURGEABLE_MAX = 1_000;

  private final NodeId self;
  private final Lane lane;
  private final Clock clock;
  private final HybridClock hybridClock;
  private final Replica replica;
  private final MetadataGroup group;
  private final PurgeConfig config;
  private final PurgeDriver driver;
  private Placements placements;

  /** The partition at which the next report begins. */
  private int reportFrom;

  private boolean leads;
  private boolean stopped;

  PurgePart(
      NodeId self,
      Lane lane,
      Clock clock,
      HybridClock hybridClock,
      Replica replica,
      MetadataGroup group,
      PurgeConfig config,
      PurgeDriver driver,
      Placements placements) {
    this.self = self;
    this.lane = lane;
    this.clock = clock;
    this.hybridClock = hybridClock;
    this.replica = replica;
    this.group = group;
    this.config = config;
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
    Lane.Timer unused = lane.schedule(config.reportNanos(), this::tick);
  }

  private void tick() {
    if (stopped) {
      return;
    }
    drive();
    replica.trees().build(ownPartitions());
    PurgeReport report = report();
    if (!report.purgeable().isEmpty() || !report.holdings().isEmpty()) {
      group.report(PurgeReportCodec.encode(report));
    }
    tickLater();
  }

  private void drive() {
    boolean led = leads;
    leads = self.equals(group.status().leader());
    if (!leads) {
      return;
    }
    long now = clock.nanos();
    if (!led) {
      driver.begin(now);
    }
    for (Command command : driver.tick(placements, now, hlc())) {
      // Whatever becomes of it shows in the state; what did not change is asked for again.
      group.propose(command, now + STEP_TIMEOUT_NANOS, outcome -> {});
    }
  }

  private long hlc() {
    return hybridClock.read(clock.wallMillis());
  }

  private List<Integer> ownPartitions() {
    List<Integer> own = new ArrayList<>();
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      if (placements.partitions().get(partition).preferenceList().contains(self)) {
        own.add(partition);
      }
    }
    return own;
  }

  private PurgeReport report() {
    List<Integer> purgeable = new ArrayList<>();
    List<Holding> holdings = new ArrayList<>();
    long untilMillis = Hlc.millis(hlc()) - config.afterMillis();
    SortedSet<Integer> factors = new TreeSet<>();
    for (Tenant tenant : placements.tenants().values()) {
      factors.add(tenant.replicationFactor());
    }
    int partitions = placements.partitions().size();
    int next = reportFrom;
    for (int i = 0; i < partitions; i++) {
      int partition = (reportFrom + i) % partitions;
      next = (partition + 1) % partitions;
      if (placements.purge(partition).isOpen()) {
        holdings.addAll(holdings(partition, factors));
      } else if (replica.trees().purgeableFromMillis(partition) < untilMillis) {
        purgeable.add(partition);
      }
      if (holdings.size() >= HOLDINGS_MAX || purgeable.size() >= PURGEABLE_MAX) {
        break;
      }
    }
    reportFrom = next;
    return new PurgeReport(purgeable, holdings);
  }

  private List<Holding> holdings(int partition, SortedSet<Integer> factors) {
    List<Holding> holdings = new ArrayList<>();
    List<NodeId> owners = placements.partitions().get(partition).preferenceList();
    PurgeMarks marks = placements.purge(partition);
    if (!replica.isServed(partition)) {
      return holdings;
    }
    for (int factor : factors) {
      HashTree tree = replica.trees().treeUpTo(partition, factor, marks.promised());
      if (tree != null && owners.subList(0, Math.min(factor, owners.size())).contains(self)) {
        holdings.add(
            new Holding(
                partition, placements.epoch(partition), factor, tree.groups(Holding.GROUPS)));
      }
    }
    return holdings;
  }
}
