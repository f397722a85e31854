package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.runtime.ManualLane;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class PlanMakerTest {
  private static final PlanChange PLAN = new PlanChange(3, new TreeMap<>());

  private final ManualLane lane = new ManualLane();
  private final ClusterState state = Clusters.ofNodes(3);
  private final List<PlanChange> made = new ArrayList<>();
  private final List<RuntimeException> failures = new ArrayList<>();
  private final List<Runnable> tasks = new ArrayList<>();

  @Test
  void aPlanIsMadeElsewhereAndHandedOverOnTheLane() {
    PlanMaker plans = new PlanMaker(lane, tasks::add, wished -> PLAN);
    plans.make(state, made::add, failures::add);
    assertThat(plans.isBusy()).isTrue();
    tasks.removeFirst().run();
    assertThat(made).isEmpty();
    lane.pass(0);
    assertThat(made).containsExactly(PLAN);
    assertThat(plans.isBusy()).isFalse();
  }

  /** A lane that throws stops the node, and each that leads after it. */
  @Test
  void aPlanThatFailsIsToldAndAnotherCanBeMade() {
    RuntimeException broken = new IllegalArgumentException("lists of 8 nodes");
    PlanMaker plans =
        new PlanMaker(
            lane,
            tasks::add,
            wished -> {
              throw broken;
            });
    for (int i = 0; i < 2; i++) {
      failures.clear();
      plans.make(state, made::add, failures::add);
      tasks.removeFirst().run();
      lane.pass(0);
      assertThat(failures).containsExactly(broken);
      assertThat(plans.isBusy()).isFalse();
    }
    assertThat(made).isEmpty();
  }

  @Test
  void aPlanForWhichThereIsNoRoomIsAskedForAgain() {
    PlanMaker plans =
        new PlanMaker(
            lane,
            task -> {
              throw new RejectedExecutionException();
            },
            wished -> PLAN);
    plans.make(state, made::add, failures::add);
    assertThat(plans.isBusy()).isFalse();
  }
}
