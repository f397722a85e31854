package io.quorate.cli.doctor;

import io.quorate.cli.command.DiskLimits;
import io.quorate.cli.command.Views;
import io.quorate.client.FailureCode;
import io.quorate.client.admin.ClusterStatus.Disk;
import io.quorate.client.admin.ClusterStatus.State;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.SelfReport;
import java.util.ArrayList;
import java.util.List;

/** What may be wrong with single nodes. */
final class NodeRules {
  private static final long LAG_MILLIS_MAX = 1_000;

  /** Fewer refusals than this are a hiccup. */
  private static final int REFUSED_MIN = 10;

  private static final double REFUSED_MANY = 0.1;

  private NodeRules() {}

  /** Members that could not be asked: the nodes that hear them show whether that is their fault. */
  static List<Finding> down(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.unheard().forEach((id, why) -> found.add(notReached(seen, id, why)));
    return found;
  }

  private static Finding notReached(Observations seen, String id, Views.Unheard why) {
    if (why.code() == FailureCode.NOT_JOINED) {
      return Finding.problem(
          "node-not-joined",
          seen.name(id),
          "At its address runs a node that is not part of the cluster: " + firstSentence(why),
          "If it has lost its data directory, give that back, or have it taken in again: quorate"
              + " cluster readmit "
              + id);
    }
    List<String> hearing = seen.views().hearing(id);
    if (!hearing.isEmpty()) {
      return Finding.warning(
          "node-unreachable",
          seen.name(id),
          "It cannot be reached from here, but is heard by "
              + seen.names(hearing)
              + ", so it is up: "
              + why,
          "Check the network between here and it, and whether its address is reachable for clients"
              + " (node.address, firewalls). It serves what other nodes ask meanwhile.");
    }
    long silent = seen.about(id).stream().mapToLong(NodeView::silentMillis).min().orElse(0);
    return Finding.problem(
        "node-down",
        seen.name(id),
        "It is down, or cut off: neither this command nor "
            + (seen.own().size() == 1 ? "the node" : "any of the " + seen.own().size() + " nodes")
            + " that answered hears it"
            + (silent == 0 ? "" : ", which last heard it " + silent / 1000 + " s ago")
            + " ("
            + why
            + "). Requests go on where enough other replicas are left, which keep what it misses.",
        "If it does not run, start it again with the data directory that it had: quorate server"
            + " --config FILE. If it does, mend the network to it.");
  }

  /** What is wrong, without what that node asks of people: it does not know the cluster. */
  private static String firstSentence(Views.Unheard why) {
    String said = why.toString();
    int end = said.indexOf(". ");
    return end < 0 ? said : said.substring(0, end + 1);
  }

  /** A node that comes and goes, or that some nodes hear and others do not. */
  static List<Finding> unsteady(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .keySet()
        .forEach(
            id -> {
              List<String> doubters = new ArrayList<>();
              seen.own()
                  .forEach(
                      (asked, status) -> {
                        boolean doubts =
                            status.nodes().stream()
                                .anyMatch(
                                    node ->
                                        node.id().equals(id)
                                            && (node.state() == State.DOWN
                                                || node.state() == State.SUSPECTED));
                        if (doubts) {
                          doubters.add(seen.name(asked));
                        }
                      });
              if (!doubters.isEmpty()) {
                found.add(
                    Finding.problem(
                        "node-suspected",
                        seen.name(id),
                        "It answers, and is not heard, or suspected, by "
                            + String.join(", ", doubters)
                            + ".",
                        "Look at the network between them, and at long pauses in its log"
                            + " ('stood still')."));
              }
            });
    return found;
  }

  static List<Finding> notReady(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              if (seen.drained().contains(id)) {
                found.add(
                    Finding.warning(
                        "node-drained",
                        seen.name(id),
                        "It is drained: it runs, keeps its data up to date, and refuses requests of"
                            + " clients.",
                        "When that is no longer needed, put it back into service: quorate node"
                            + " resume "
                            + id
                            + ", or start it again."));
              } else if (!status.report().waitingFor().isEmpty()) {
                found.add(
                    Finding.problem(
                        "node-not-ready",
                        seen.name(id),
                        "It runs and does not serve clients: " + status.report().waitingFor() + ".",
                        "Bring back what it waits for; its log says more."));
              }
            });
    return found;
  }

  static List<Finding> stuck(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              if (!status.metadata().stuck().isEmpty()) {
                found.add(
                    Finding.problem(
                        "metadata-stuck",
                        seen.name(id),
                        "It cannot follow what the metadata group decides, and goes on with the"
                            + " placements that it knows: "
                            + status.metadata().stuck()
                            + ".",
                        "If other nodes run a newer version of Quorate, start that version here,"
                            + " with the same data directory. If not, keep the directory and report"
                            + " this: no change of the cluster reaches this node."));
              }
            });
    return found;
  }

  /** A node that runs with settings with which it does not start again. */
  static List<Finding> announced(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              if (!status.metadata().announcementRefused().isEmpty()) {
                found.add(
                    Finding.problem(
                        "announcement-refused",
                        seen.name(id),
                        "The cluster does not take what it announces of itself (its name, and its"
                            + " address for clients), and goes on with what it knew: "
                            + status.metadata().announcementRefused()
                            + ".",
                        "Correct its configuration, then restart it: as it is, it ends at its next"
                            + " start. Each node has a node.address of its own (docs/operations/"
                            + "tls.md)."));
              }
            });
    return found;
  }

  /** A node whose clock is ahead of the others': it takes no writes. */
  static List<Finding> clock(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              if (status.report().clockSkewed()) {
                long ahead = status.report().clockAheadMillis();
                found.add(
                    Finding.problem(
                        "clock-skew",
                        seen.name(id),
                        "Its clock is "
                            + Math.abs(ahead)
                            + " ms "
                            + (ahead > 0 ? "ahead of" : "behind")
                            + " most others', so it coordinates no writes.",
                        "Set its clock: look after time synchronisation there (chronyc tracking)."
                            + " It takes writes again by itself."));
              }
            });
    return found;
  }

  static List<Finding> disk(Observations seen, DiskLimits limits) {
    List<Finding> found = new ArrayList<>();
    seen.own().forEach((id, status) -> disk(seen.name(id), status.report(), limits, found));
    return found;
  }

  private static void disk(String name, SelfReport report, DiskLimits limits, List<Finding> found) {
    if (report.disk() == Disk.FULL) {
      found.add(
          Finding.problem(
              "disk-full",
              name,
              "Its disk is full, so it takes no writes: " + report.diskReason(),
              "Free space on the file system of its data directory, or enlarge it. It takes writes"
                  + " again by itself."));
      return;
    }
    if (report.disk() == Disk.FAILED) {
      found.add(
          Finding.problem(
              "disk-failed",
              name,
              "Its disk failed, so it takes no writes: " + report.diskReason(),
              "Check the device (dmesg), then restart the node."));
      return;
    }
    double used = report.diskUsage();
    if (limits.isNearlyFull(used)) {
      String what =
          "Its disk is used to " + Math.round(100 * used) + " %. A full disk takes no writes.";
      String advice = "Free space there, or enlarge the disk.";
      found.add(
          limits.isProblem(used)
              ? Finding.problem("disk-nearly-full", name, what, advice)
              : Finding.warning("disk-nearly-full", name, what, advice));
    }
  }

  /** A replica that is up and does not keep up. */
  static List<Finding> lag(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (NodeView member : seen.members()) {
      boolean up = seen.isUp(member.id());
      long lag = seen.about(member.id()).stream().mapToLong(NodeView::lagMillis).max().orElse(0);
      if (up && lag > LAG_MILLIS_MAX) {
        found.add(
            Finding.warning(
                "replication-lag",
                seen.name(member.id()),
                "It is up and lags " + lag + " ms behind what others wrote; reads go to others.",
                "Look at its disk and its load. If it was away until now, wait: it is being"
                    + " brought what it missed (quorate cluster status --watch 2s)."));
      }
    }
    return found;
  }

  /** A node that refuses requests of clients. */
  static List<Finding> overloaded(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              int refused = status.report().recentRequestsRefused();
              int answered = status.report().recentRequests();
              if (refused < REFUSED_MIN) {
                return;
              }
              String what =
                  "It refused %d of the %d requests that clients sent it in the last seconds: they"
                          .formatted(refused, answered)
                      + " ask more than it can do, or a tenant more than its limits.";
              String advice =
                  "See whether a tenant has reached its limits (quorate tenant list). If not, look"
                      + " at the load of its processor and disk; have clients ask less, or add"
                      + " nodes.";
              found.add(
                  refused > answered * REFUSED_MANY
                      ? Finding.problem("node-overloaded", seen.name(id), what, advice)
                      : Finding.warning("node-overloaded", seen.name(id), what, advice));
            });
    return found;
  }

  static List<Finding> breaker(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (NodeView member : seen.members()) {
      if (seen.about(member.id()).stream().anyMatch(NodeView::breakerOpen)
          && seen.isUp(member.id())) {
        found.add(
            Finding.warning(
                "node-does-not-cope",
                seen.name(member.id()),
                "It refuses or leaves unanswered what other nodes ask, so they ask others first.",
                "Look into its log, and at its disk and load."));
      }
    }
    return found;
  }

  /** A disk that does not give back what it was given. */
  static List<Finding> damaged(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              int damaged = status.report().damagedPartitions();
              if (damaged > 0) {
                found.add(
                    Finding.problem(
                        "disk-damaged",
                        seen.name(id),
                        "Its disk does not give back all of "
                            + damaged
                            + " partitions, which are out of service there. They are refilled from"
                            + " others once these show all that they hold; until then what can"
                            + " still be read here is kept.",
                        "Bring back the nodes that are down, and check the device there"
                            + " (dmesg, smartctl). If this stays though all nodes are up, others"
                            + " are damaged too: bring the old device back; or, as the last"
                            + " resort, stop this node, put an empty directory in the place of its"
                            + " own, start it, and say quorate cluster readmit "
                            + id
                            + " --accept-data-loss. What a change waits for that has left this"
                            + " node (quorate cluster status: to hand over what it holds) is"
                            + " kept, too: to let the change go on without what cannot be read,"
                            + " stop this node until it does"));
              }
            });
    return found;
  }

  static List<Finding> filling(Observations seen) {
    List<Finding> found = new ArrayList<>();
    for (NodeView member : seen.members()) {
      if (member.filling() > 0) {
        found.add(
            Finding.warning(
                "node-being-filled",
                seen.name(member.id()),
                "It is being brought what it must hold of "
                    + member.filling()
                    + " partitions; until then it serves no read of them and has no vote.",
                "Wait, and keep the other nodes up meanwhile (quorate cluster status --watch"
                    + " 2s)."));
      }
    }
    return found;
  }
}
