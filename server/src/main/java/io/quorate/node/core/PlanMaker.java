package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.runtime.Lane;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes plans of changes beside the lane, one at a time: one may take seconds. */
final class PlanMaker {
  private final Lane lane;
  private final Executor longTasks;
  private final Function<ClusterState, PlanChange> planning;
  private boolean busy;

  /**
   * @param longTasks where plans are made
   */
  PlanMaker(Lane lane, Executor longTasks, Function<ClusterState, PlanChange> planning) {
    this.lane = lane;
    this.longTasks = longTasks;
    this.planning = planning;
  }

  /** Whether a plan is being made. */
  boolean isBusy() {
    return busy;
  }

  /**
   * Makes a plan and hands it over on the lane. A plan that fails does not stop the node: the wish
   * is in the log, so it would stop each node that leads after this one, and again after each
   * restart. No state comes of it, and operators can call the wish off.
   */
  void make(ClusterState wished, Consumer<PlanChange> made, Consumer<RuntimeException> failed) {
    busy = true;
    try {
      longTasks.execute(
          () -> {
            Runnable handOver = planned(wished, made, failed);
            lane.execute(
                () -> {
                  busy = false;
                  handOver.run();
                });
          });
    } catch (RejectedExecutionException full) {
      busy = false; // operators have asked for many previews: the driver asks again
    }
  }

  private Runnable planned(
      ClusterState wished, Consumer<PlanChange> made, Consumer<RuntimeException> failed) {
    try {
      PlanChange plan = planning.apply(wished);
      return () -> made.accept(plan);
    } catch (RuntimeException broken) {
      return () -> failed.accept(broken);
    }
  }
}
