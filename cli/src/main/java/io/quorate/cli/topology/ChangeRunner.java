package io.quorate.cli.topology;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Question;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.admin.TopologyChangeResult;
import io.quorate.client.admin.TopologyChangeStatus;
import io.quorate.client.admin.TopologyPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a change all the way: shows what it would move, asks, sends it, and watches it. */
record ChangeRunner(
    QuorateClient client,
    Console console,
    Output output,
    CarryingOptions how,
    ChangeLimits limits) {
  private Cluster cluster() {
    return Administration.of(client).cluster();
  }

  int carryOut(TopologyChange change) {
    if (how.asks() && !console.mayAsk()) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was changed: there is no terminal to ask at whether that is wanted. Give --yes,"
              + " or look at it first with 'quorate cluster plan'");
    }
    if (how.request().isGiven()) {
      // As it was planned when the request was first made, if it was.
      return carryOut(change, null, DisksThen.UNKNOWN, NodeText.ifHeard(cluster()));
    }
    TopologyPlan plan = cluster().planTopologyChange(change);
    NodeText nodes = NodeText.ifHeard(cluster());
    if (change instanceof TopologyChange.Add add && plan.partitions().isEmpty()) {
      ClusterStatus status = cluster().status();
      if (isActive(status, add.node())) {
        output.result(
            json(plan, DisksThen.UNKNOWN, status.topologyChange(), nodes),
            () ->
                "node %s is a member already, and has its share: nothing was changed"
                    .formatted(add.node()));
        return ExitCode.DONE;
      }
    }
    DisksThen disks = DisksThen.ask(client, plan);
    if (!output.json()) {
      output.note(PlanForms.text(plan, disks, nodes, false));
    }
    if (!how.fillsDisks()) {
      disks.refuseFull(nodes);
    }
    if (how.asks() && !Question.isWanted(console)) {
      throw new CommandFailedException(ExitCode.FAILED, "aborted: nothing was changed");
    }
    return carryOut(change, plan, disks, nodes);
  }

  private int carryOut(
      TopologyChange change, @Nullable TopologyPlan plan, DisksThen disks, NodeText nodes) {
    long expected = how.expectedStateVersion(plan);
    TopologyChangeResult accepted =
        how.request()
            .make(
                how.asks() ? "--yes " : "",
                how.asks() ? " --expected-state-version " + expected : "",
                request ->
                    cluster()
                        .changeTopology(
                            change, limits, request.options().expectedStateVersion(expected)));
    output.warn(accepted.warnings());
    TopologyChangeStatus last =
        how.waits()
            ? new Following(cluster(), console, output).follow(accepted)
            : accepted.status();
    output.result(json(plan, disks, accepted, last, nodes), () -> text(plan, accepted, last));
    return last.underWay() || isDone(plan, accepted, last) ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static boolean isActive(ClusterStatus status, String node) {
    return status.nodes().stream()
        .anyMatch(
            each ->
                (each.id().equals(node) || each.address().equals(node) || each.name().equals(node))
                    && each.membership() == ClusterStatus.Membership.ACTIVE);
  }

  private static Map<String, Object> json(
      @Nullable TopologyPlan plan,
      DisksThen disks,
      TopologyChangeResult accepted,
      TopologyChangeStatus last,
      NodeText nodes) {
    Map<String, Object> object = json(plan, disks, last, nodes);
    object.put("change_id", accepted.changeId());
    object.put("warnings", accepted.warnings());
    return object;
  }

  private static Map<String, Object> json(
      @Nullable TopologyPlan plan, DisksThen disks, TopologyChangeStatus change, NodeText nodes) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("plan", plan == null ? null : PlanForms.json(plan, disks, nodes));
    object.put("change", ChangeForms.json(change, nodes));
    return object;
  }

  /**
   * What was planned is kept until another change is asked for, and forgotten when it is called
   * off.
   */
  private static boolean isDone(
      @Nullable TopologyPlan plan, TopologyChangeResult accepted, TopologyChangeStatus last) {
    boolean nothingToDo =
        plan == null ? !accepted.status().underWay() : plan.partitions().isEmpty();
    return !last.underWay() && (nothingToDo || last.planned() > 0);
  }

  private static String text(
      @Nullable TopologyPlan plan, TopologyChangeResult accepted, TopologyChangeStatus last) {
    if (plan == null && last.changeId() > accepted.changeId()) {
      return "change %d is agreed on, and so is change %d after it: see 'quorate cluster status'"
          .formatted(accepted.changeId(), last.changeId());
    }
    if (last.underWay()) {
      return "change "
          + accepted.changeId()
          + " is agreed on, and goes on by itself: see 'quorate cluster status --watch 2s';"
          + " 'quorate cluster cancel' calls it off";
    }
    return isDone(plan, accepted, last)
        ? "done: nothing is on the move any more"
        : "it was called off before it was done: see 'quorate cluster status'";
  }
}
