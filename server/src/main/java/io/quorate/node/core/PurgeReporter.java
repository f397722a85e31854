package io.quorate.node.core;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.purge.PurgeReport;
import io.quorate.purge.PurgeReport.Holding;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.tree.HashTree;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a node says of purges: where one would find something, and what its replica holds where one
 * is promised. Has the trees built that it takes this from.
 */
final class PurgeReporter {
  /** Of one report, so that its message stays small; the others follow in the next ones. */
  private static final int HOLDINGS_MAX = 32;

  private static final int PURGEABLE_MAX = 1_000;

  private final NodeId self;
  private final Replica replica;
  private final long afterMillis;

  /** The partition at which the next report begins. */
  private int from;

  /** Whether a report waits until what it says is on the device. */
  private boolean syncing;

  /**
   * @param afterMillis how long a deletion is kept before it is reported
   */
  PurgeReporter(NodeId self, Replica replica, long afterMillis) {
    this.self = self;
    this.replica = replica;
    this.afterMillis = afterMillis;
  }

  /**
   * Makes the next report, if there is anything to say. By what this replica holds others forget
   * what hides the rest, so that is on the device before it is said; no other report is made
   * meanwhile.
   *
   * @param wallMillis what this node's clock shows, or most others', whichever is earlier
   * @param send takes it, now or later
   */
  void report(Placements placements, long wallMillis, Consumer<PurgeReport> send) {
    if (syncing) {
      return;
    }
    PurgeReport report = next(placements, wallMillis);
    if (!report.holdings().isEmpty()) {
      syncing = true;
      replica.sync(
          synced -> {
            syncing = false;
            if (synced) {
              send.accept(report);
            }
          });
    } else if (!report.purgeable().isEmpty()) {
      send.accept(report);
    }
  }

  /**
   * The next report.
   *
   * @param wallMillis what this node's clock shows, or most others', whichever is earlier
   */
  PurgeReport next(Placements placements, long wallMillis) {
    replica.trees().build(ownPartitions(placements));
    List<Integer> purgeable = new ArrayList<>();
    List<Holding> holdings = new ArrayList<>();
    long untilMillis = wallMillis - afterMillis;
    int partitions = placements.partitions().size();
    int next = from;
    for (int i = 0; i < partitions; i++) {
      int partition = (from + i) % partitions;
      next = (partition + 1) % partitions;
      if (placements.purge(partition).isOpen()) {
        holdings.addAll(holdings(placements, partition, wallMillis));
      } else if (replica.trees().purgeableFromMillis(partition) < untilMillis) {
        purgeable.add(partition);
      }
      if (holdings.size() >= HOLDINGS_MAX || purgeable.size() >= PURGEABLE_MAX) {
        break;
      }
    }
    from = next;
    return new PurgeReport(purgeable, holdings);
  }

  private List<Integer> ownPartitions(Placements placements) {
    List<Integer> own = new ArrayList<>();
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      if (placements.isOwner(self, partition)) {
        own.add(partition);
      }
    }
    return own;
  }

  /**
   * Nothing of a purge of what has yet to come: it was promised by a leader whose clock was ahead,
   * and would take away values before they expire. It waits until that time has passed.
   */
  private List<Holding> holdings(Placements placements, int partition, long wallMillis) {
    List<Holding> holdings = new ArrayList<>();
    PurgeMarks marks = placements.purge(partition);
    if (!replica.isServed(partition) || Hlc.millis(marks.promised()) > wallMillis) {
      return holdings;
    }
    for (Factor factor : placements.factors(partition)) {
      HashTree tree = replica.trees().treeUpTo(partition, factor, marks.promised());
      boolean rests = !factor.isAltered(); // else no round ends under this epoch
      if (rests && tree != null && placements.replicas(partition, factor).contains(self)) {
        holdings.add(
            new Holding(
                partition, placements.epoch(partition), factor.to(), tree.groups(Holding.GROUPS)));
      }
    }
    return holdings;
  }
}
