package io.quorate.cli.doctor;

import io.quorate.client.admin.VersionConflicts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What may be wrong with records, as the nodes that hold them have seen. */
final class RecordRules {
  private RecordRules() {}

  /** Two processes stamped as one node, so that acknowledged writes may be lost. */
  static List<Finding> conflicts(Observations seen) {
    Map<String, Long> recordsByWriter = new TreeMap<>();
    Map<String, Integer> starts = new TreeMap<>();
    seen.own()
        .values()
        .forEach(
            status -> {
              for (VersionConflicts each : status.report().versionConflicts()) {
                recordsByWriter.merge(each.node(), each.records(), Long::sum);
                starts.merge(each.node(), each.incarnation(), Math::max);
              }
            });
    List<Finding> found = new ArrayList<>();
    recordsByWriter.forEach(
        (writer, records) ->
            found.add(
                Finding.problem(
                    "version-conflict",
                    seen.name(writer),
                    "Two processes have stamped writes as this node, at its start "
                        + starts.get(writer)
                        + ": "
                        + records
                        + " times two records of one version met, and one of them was lost. Either"
                        + " its data directory was copied and both copies ran, or its disk or"
                        + " virtual machine was set back to an earlier moment.",
                    "Stop the process that is not to be there, for good. Then stop this node, put"
                        + " an empty directory in the place of its data directory, start it, and"
                        + " say quorate cluster readmit "
                        + writer
                        + ": it is filled from the other replicas. Never start a node from a copy"
                        + " or a snapshot of a data directory. Compare what your applications"
                        + " wrote meanwhile. This is told until the nodes that saw it are"
                        + " restarted.")));
    return found;
  }

  /** Something stamps, or has stamped, by a clock that is days ahead. */
  static List<Finding> stamps(Observations seen) {
    List<Finding> found = new ArrayList<>();
    seen.own()
        .forEach(
            (id, status) -> {
              long refused = status.report().stampsRefused();
              if (refused > 0) {
                found.add(
                    Finding.problem(
                        "stamps-refused",
                        seen.name(id),
                        "It has refused "
                            + refused
                            + " records since its start: they carry times further ahead of all"
                            + " clocks than health.stamp_bound. Reads and repairs of such keys fail"
                            + " where other replicas lack them.",
                        "Its log names the nodes that stamped them: set their clocks. If the clocks"
                            + " of the whole cluster were ahead once and are right now, raise"
                            + " health.stamp_bound on all nodes until that time has come."));
              }
            });
    return found;
  }
}
