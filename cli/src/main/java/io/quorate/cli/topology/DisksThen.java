package io.quorate.cli.topology;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.DiskLimits;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.command.Views;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodePlan;
import io.quorate.client.admin.SelfReport;
import io.quorate.client.admin.TopologyPlan;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How full the disks of the nodes would be to which a change brings data, as far as these nodes say
 * how full they are. About: what is brought is estimated, and compaction takes room of its own.
 *
 * @param byNode by id
 */
record DisksThen(Map<String, Disk> byNode) {
  static final DisksThen UNKNOWN = new DisksThen(Map.of());

  /** Less is no more than an estimate can be wrong by, and no reason to refuse a change. */
  private static final double GROWTH_MIN = 0.01;

  /**
   * Shares of what the node can use of its disk, 1 for all.
   *
   * @param now before the change
   * @param then after it; more than 1: there is no room for it
   */
  record Disk(double now, double then) {
    boolean grows() {
      return then - now >= GROWTH_MIN;
    }

    long percentNow() {
      return Math.round(100 * now);
    }

    long percentThen() {
      return Math.round(100 * then);
    }
  }

  DisksThen {
    byNode = Collections.unmodifiableMap(new TreeMap<>(byNode));
  }

  /** Asks the nodes; what is not heard is left out, since a plan is shown without it as well. */
  static DisksThen ask(QuorateClient client, TopologyPlan plan) {
    if (plan.bytes() == 0) {
      return UNKNOWN;
    }
    try {
      return of(plan, Views.of(client).own());
    } catch (QuorateException notHeard) {
      return UNKNOWN;
    }
  }

  private static DisksThen of(TopologyPlan plan, Map<String, ClusterStatus> heard) {
    int arriving = plan.nodes().stream().mapToInt(NodePlan::arriving).sum();
    Map<String, Disk> byNode = new TreeMap<>();
    for (NodePlan node : plan.nodes()) {
      ClusterStatus said = heard.get(node.id());
      Disk disk =
          said == null || node.arriving() == 0
              ? null
              : disk(said.report(), (double) plan.bytes() * node.arriving() / arriving);
      if (disk != null) {
        byNode.put(node.id(), disk);
      }
    }
    return new DisksThen(byNode);
  }

  private static @Nullable Disk disk(SelfReport report, double brought) {
    if (report.diskAvailableBytes().isEmpty() || report.diskBytes() == 0) {
      return null; // it does not know
    }
    double usable = (double) report.diskUsedBytes() + report.diskAvailableBytes().getAsLong();
    return new Disk(report.diskUsedBytes() / usable, (report.diskUsedBytes() + brought) / usable);
  }

  /** How full the disk of a node would be, in percent; empty if nothing is known of it. */
  String text(String node) {
    Disk disk = byNode.get(node);
    return disk == null ? "" : disk.percentNow() + " % -> " + disk.percentThen() + " %";
  }

  /** Which disks would be fuller than is well; empty if none. */
  String warning(NodeText called) {
    String nodes = nodes(called, DiskLimits.USUAL::isNearlyFull);
    return nodes.isEmpty() ? "" : "it fills disks: " + nodes;
  }

  /** Refuses a change for which there is no room. */
  void refuseFull(NodeText called) {
    String nodes = nodes(called, DiskLimits.USUAL::isProblem);
    if (!nodes.isEmpty()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "nothing was changed: a node whose disk is full takes no writes, and this would fill %s. Add a node or room first; --fill-disks does it nevertheless"
              .formatted(nodes));
    }
  }

  private String nodes(NodeText called, Predicate<Double> tooFull) {
    return byNode.entrySet().stream()
        .filter(each -> each.getValue().grows() && tooFull.test(each.getValue().then()))
        .map(
            each ->
                "that of %s to about %d %% (now %d %%)"
                    .formatted(
                        called.of(each.getKey()),
                        each.getValue().percentThen(),
                        each.getValue().percentNow()))
        .collect(Collectors.joining(", "));
  }
}
