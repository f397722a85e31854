package io.quorate.cli.doctor;

import io.quorate.cli.command.DiskLimits;
import io.quorate.cli.command.Views;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TopologyChangeStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be in order before a node is stopped on purpose: of what the doctor looks at, that by
 * which the cluster could do without one node less well than otherwise.
 */
public final class RestartRules {
  private static final List<Rule> ALL =
      List.of(
          ClusterRules::partitions,
          ClusterRules::leader,
          NodeRules::down,
          NodeRules::notReady,
          seen -> NodeRules.disk(seen, DiskLimits.NONE),
          NodeRules::damaged,
          NodeRules::clock,
          NodeRules::unsteady,
          NodeRules::stuck,
          NodeRules::filling,
          HealingRules::marks);

  private RestartRules() {}

  /** Returns why no node should be stopped now, each in a sentence; none if one may be. */
  public static List<String> obstacles(Views views) {
    return obstaclesBeside(views, "");
  }

  /**
   * Returns the same without what one node itself is about, which is drained so as to be stopped.
   *
   * @param id of that node; empty for none
   */
  public static List<String> obstaclesBeside(Views views, String id) {
    Observations seen = Observations.of(views);
    String itself = seen.name(id);
    List<String> found = new ArrayList<>();
    for (Rule rule : ALL) {
      for (Finding each : rule.examine(seen)) {
        if (!each.about().equals(itself)) {
          found.add(each.about() + ": " + each.what());
        }
      }
    }
    views.own().values().stream()
        .map(ClusterStatus::topologyChange)
        .filter(TopologyChangeStatus::underWay)
        .findFirst()
        .ifPresent(change -> found.add(held(change)));
    return found;
  }

  /** A move waits for each node that it concerns. */
  private static String held(TopologyChangeStatus change) {
    return "topology change: It is under way, and a restart would hold it up: %d of %d partitions are done%s."
        .formatted(
            change.done(),
            change.planned(),
            change.paused() ? ", and it is paused (quorate cluster resume)" : "");
  }

  /** Returns for which tenants requests fail while a node is down, each in a sentence. */
  public static List<String> notices(List<Tenant> tenants) {
    return tenants.stream()
        .filter(TenantRules::needsAll)
        .map(
            tenant ->
                "tenant %s: Its requests need %s of a key, so some fail while a node is down."
                    .formatted(
                        tenant.name(),
                        tenant.replicationFactor() == 1
                            ? "the only replica"
                            : "all " + tenant.replicationFactor() + " replicas"))
        .toList();
  }
}
