package io.quorate.sim.backup;

import io.quorate.placement.Placements;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks nodes for sessions, which give up on an answer that does not come. */
final class SessionCalls {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

  private final SimWorld world;

  /** Run before an answer is heard: to take note of what nodes know by then. */
  private final Runnable look;

  SessionCalls(SimCluster cluster, Runnable look) {
    this.world = cluster.world();
    this.look = look;
  }

  /**
   * Asks a node.
   *
   * @param answer told of the outcome, also if it comes when the session has given up
   * @param andThen run once, when an answer has come or is not awaited any more
   */
  void submit(SimNode node, Operation operation, Consumer<Outcome> answer, Runnable andThen) {
    Placements known = node.placements();
    @Nullable ClientRequest request =
        known == null || !node.isUp()
            ? null
            : ClientRequest.of(known, operation, node.clock().nanos() + ANSWER_MAX.toNanos());
    if (request == null) {
      andThen.run();
      return;
    }
    OneEnd end = new OneEnd(andThen);
    world.schedule(ANSWER_MAX.toNanos() * 2, "gives up", end::comes);
    node.onCoordinator(
        coordinator ->
            coordinator.submit(
                request,
                outcome -> {
                  look.run();
                  answer.accept(outcome); // it counts, though the session may have given up
                  world.schedule(0, "session", end::comes);
                }));
  }

  /** Whatever comes first: an answer, or the end of a session's patience. */
  private static final class OneEnd {
    private final Runnable andThen;
    private boolean came;

    OneEnd(Runnable andThen) {
      this.andThen = andThen;
    }

    void comes() {
      if (!came) {
        came = true;
        andThen.run();
      }
    }
  }
}
