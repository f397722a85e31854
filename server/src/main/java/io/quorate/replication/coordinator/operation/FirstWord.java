package io.quorate.replication.coordinator.operation;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * A request for which too few replicas are up, if those count as down that this node has never
 * heard: it, or they, have just come. To refuse it would be an error of which nothing but the
 * moment is the cause, so it waits for their first word, for as long as a silence says nothing, and
 * is begun again. Nothing has been sent for it.
 */
public final class FirstWord implements InFlight {
  private final Context context;
  private final Plan plan;
  private final Level level;
  private final Quorum quorum;
  private final long deadlineNanos;
  private final OutcomeCallback callback;
  private final Runnable again;
  private long id;

  private FirstWord(
      Context context,
      Plan plan,
      Level level,
      Quorum quorum,
      long deadlineNanos,
      OutcomeCallback callback,
      Runnable again) {
    this.context = context;
    this.plan = plan;
    this.level = level;
    this.quorum = quorum;
    this.deadlineNanos = deadlineNanos;
    this.callback = callback;
    this.again = again;
  }

  /**
   * Whether too few are up for a quorum, and may yet turn out to be enough once those have been
   * heard that never were.
   */
  public static boolean isAwaited(Context context, Plan plan, Quorum quorum) {
    List<NodeId> silent = new ArrayList<>();
    List<NodeId> lost = new ArrayList<>();
    for (NodeId replica : plan.serving()) {
      if (!context.liveness().isLive(replica)) {
        silent.add(replica);
        if (!context.liveness().isExpected(replica)) {
          lost.add(replica);
        }
      }
    }
    return quorum.verdict(List.of(), silent) == Verdict.UNREACHABLE
        && quorum.verdict(List.of(), lost) != Verdict.UNREACHABLE;
  }

  /** Has a request wait, until it is begun again or its deadline has come. */
  public static void await(
      Context context,
      Plan plan,
      Level level,
      Quorum quorum,
      long deadlineNanos,
      OutcomeCallback callback,
      Runnable again) {
    context.events().accept(CoordinatorEvent.Window.FIRST_WORD_AWAITED);
    FirstWord waiting = new FirstWord(context, plan, level, quorum, deadlineNanos, callback, again);
    waiting.id = context.table().add(waiting);
  }

  @Override
  public void check(long nowNanos) {
    if (!isAwaited(context, plan, quorum)) {
      goOn();
    }
  }

  /** It may be planned on others by now. */
  @Override
  public void placementsChanged() {
    goOn();
  }

  private void goOn() {
    context.table().remove(id);
    again.run();
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    context.table().remove(id);
    callback.done(
        new Outcome.Failed(Failures.deadlineExceeded(plan, level, quorum, List.of(), false)));
  }
}
