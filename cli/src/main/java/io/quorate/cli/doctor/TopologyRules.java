package io.quorate.cli.doctor;

import io.quorate.cli.output.Bytes;
import io.quorate.cli.topology.ChangeForms;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.ClusterStatus.Membership;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.TopologyChangeStatus;
import io.quorate.client.admin.TopologyPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What may be wrong with the placement of replicas, or keeps it from changing. */
final class TopologyRules {
  private static final String TOPOLOGY = "topology change";
  private static final Duration LONG = Duration.ofMinutes(1);

  /** A node that has so much more than the mean is worth a change that brings it down. */
  private static final double UNEVEN = 1.25;

  private static final double BETTER = 0.9;

  private TopologyRules() {}

  /** A change cannot go on without a node. */
  static List<Finding> waiting(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (ClusterStatus status : seen.own().values()) {
      for (TopologyChangeStatus.Awaited awaited : status.topologyChange().awaited()) {
        if (awaited.since().compareTo(LONG) <= 0) {
          continue;
        }
        if (awaited.task() == TopologyChangeStatus.Task.VOTE) {
          found.add(votes(awaited, seen));
        } else if (awaited.task() == TopologyChangeStatus.Task.BEGIN) {
          found.add(begins(awaited, seen));
        } else {
          found.add(
              Finding.problem(
                  "change-waits",
                  seen.name(awaited.node()),
                  "%s for it %s, for %d s."
                      .formatted(
                          awaited.partitions() == 1
                              ? "1 partition on the move waits"
                              : awaited.partitions() + " partitions on the move wait",
                          ChangeForms.task(awaited.task()),
                          awaited.since().toSeconds()),
                  throttled(awaited.task(), status.topologyChange())
                      + "Look at whether it runs, and at its log, disk and network. If its disk is"
                      + " lost,"
                      + " start it with an empty data directory and say quorate cluster readmit "
                      + awaited.node()
                      + ", which also says what to do if the node is being removed. To call the"
                      + " change off: quorate cluster cancel"));
        }
      }
    }
    return found;
  }

  /** A limit that is forgotten looks like a node that does not cope. */
  private static String throttled(TopologyChangeStatus.Task task, TopologyChangeStatus change) {
    Long bytes = change.limits().bytesPerSecond();
    boolean copies =
        task == TopologyChangeStatus.Task.COPY || task == TopologyChangeStatus.Task.HAND_OVER;
    return bytes == null || bytes == 0 || !copies
        ? ""
        : "The change is limited to %s/s per node (--throttle). If that is too little: quorate cluster limits --throttle 0. "
            .formatted(Bytes.text(bytes));
  }

  private static Finding votes(TopologyChangeStatus.Awaited awaited, Observations seen) {
    return Finding.warning(
        "removal-waits",
        seen.name(awaited.node()),
        "It has given its partitions away, and still votes: its removal has waited for %d s."
            .formatted(awaited.since().toSeconds()),
        "If another voter is away, start that one, or remove it, too. Nodes that join vote once"
            + " they have their partitions. The log of the metadata leader says more; quorate"
            + " cluster status names that node. To keep the node after all: quorate cluster add");
  }

  private static Finding begins(TopologyChangeStatus.Awaited awaited, Observations seen) {
    return Finding.problem(
        "change-waits",
        seen.name(awaited.node()),
        "%s to move without it, for %d s: it is to get replicas, or too few replicas (of all, or of its region)"
                .formatted(
                    awaited.partitions() == 1
                        ? "1 partition does not begin"
                        : awaited.partitions() + " partitions do not begin",
                    awaited.since().toSeconds())
            + " are there.",
        "Start it. If its disk is lost, start it with an empty data directory and say quorate"
            + " cluster readmit %1$s, which also says what to do if the node is being removed. If it is gone for good:"
                .formatted(awaited.node())
            + " quorate cluster remove %1$s, and if it has replicas of these partitions, with --force --accept-data-loss."
                .formatted(awaited.node())
            + " To call the change off: quorate cluster cancel");
  }

  /**
   * Partitions cannot begin to move, since most replicas of some are away. Not where it is known
   * which ones.
   */
  static List<Finding> notBegun(Observations seen) {
    if (waiting(seen).stream().anyMatch(finding -> finding.rule().equals("change-waits"))) {
      return List.of();
    }
    TopologyChangeStatus change = seen.view().topologyChange();
    boolean begins = change.moving() > 0 || change.beingPlanned() || change.paused();
    boolean lacks =
        seen.own().values().stream().anyMatch(status -> status.partitionsUnavailable() > 0);
    return change.underWay() && change.waiting() > 0 && !begins && lacks
        ? List.of(
            Finding.problem(
                "change-waits",
                TOPOLOGY,
                (change.waiting() == 1
                        ? "1 partition has not begun to move, and none is moving: one of which no"
                            + " majority"
                        : "%d partitions have not begun to move, and none is moving: one of which no majority"
                            .formatted(change.waiting()))
                    + " of the replicas is up does not begin.",
                "Start the nodes that are down. If only disks are lost, start these nodes with"
                    + " empty data directories, and say quorate cluster readmit NODE. If nodes are"
                    + " gone for good: quorate cluster remove NODE... --force --accept-data-loss."
                    + " To call the change off: quorate cluster cancel"))
        : List.of();
  }

  /** A change that an operator has stopped, and perhaps forgotten. */
  static List<Finding> paused(Observations seen) {
    TopologyChangeStatus change = seen.view().topologyChange();
    return change.underWay() && change.paused()
        ? List.of(
            Finding.warning(
                "change-paused",
                TOPOLOGY,
                "No further partition sets out, as an operator asked; %d %s."
                    .formatted(change.waiting(), change.waiting() == 1 ? "waits" : "wait"),
                "When that is over: quorate cluster resume"))
        : List.of();
  }

  /** Reads say that they may miss something, until an operator has taken note. */
  static List<Finding> lost(Observations seen) {
    int lost = seen.view().topologyChange().lost().size();
    return lost == 0
        ? List.of()
        : List.of(
            Finding.problem(
                "writes-lost",
                "partitions",
                "%d lost most of %s replicas with nodes that were given up or readmitted, and perhaps writes; reads of %s say potentially_stale."
                    .formatted(lost, lost == 1 ? "its" : "their", lost == 1 ? "it" : "them"),
                "See which (quorate cluster status), bring back what can be had from elsewhere,"
                    + " then: quorate cluster acknowledge-loss"));
  }

  static List<Finding> spare(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (NodeView member : seen.members()) {
      if (member.membership() == Membership.SPARE && !VoterRules.isWitness(seen, member)) {
        found.add(
            Finding.warning(
                "node-spare",
                seen.name(member.id()),
                "It belongs to the cluster and has no partitions.",
                "Give it its share (quorate cluster add %s), or the place of another"
                        .formatted(member.id())
                    + " (quorate cluster replace NODE --with %s).".formatted(member.id())));
      }
    }
    return found;
  }

  static List<Finding> markedDown(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (NodeView member : seen.members()) {
      if (member.markedDown()) {
        found.add(
            Finding.warning(
                "node-given-up",
                seen.name(member.id()),
                "It did not answer, so changes of the topology do not wait for it; what it misses"
                    + " it is brought later.",
                seen.isUp(member.id())
                    ? "Wait: it is heard, and counts again once it has caught up."
                    : "Start it, or mend the network to it: it counts again once it has caught up."
                        + " If it is gone for good: quorate cluster replace %s --with NEW, or"
                            .formatted(member.id())
                        + " quorate cluster remove %s".formatted(member.id())));
      }
    }
    return found;
  }

  /** Replicas that could lie better on the nodes that there are. */
  static List<Finding> uneven(Observations seen) {
    TopologyPlan plan = seen.rebalancing();
    if (plan == null || plan.replicasMoved() == 0) {
      return List.of();
    }
    List<Finding> found = new ArrayList<>();
    String advice =
        "See what that would move (quorate cluster plan rebalance), then: quorate cluster"
            + " rebalance";
    double before = plan.before().loadMaxByMean();
    double after = plan.after().loadMaxByMean();
    if (before > UNEVEN && after < before * BETTER) {
      found.add(
          Finding.warning(
              "load-uneven",
              "partitions",
              String.format(
                  Locale.ROOT,
                  "The fullest node has %.2f times the mean by its weight; it could be %.2f.",
                  before,
                  after),
              advice));
    }
    if (plan.after().mostInOneZone() < plan.before().mostInOneZone()) {
      found.add(
          Finding.warning(
              "zones-uneven",
              "partitions",
              "Some have %d replicas in one zone; %d would do."
                  .formatted(plan.before().mostInOneZone(), plan.after().mostInOneZone()),
              advice));
    }
    return found;
  }
}
