package io.quorate.sim.cluster;

import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.sim.check.PromiseBroken;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks that an operator's request is decided once, however often and through whichever node it
 * comes: a repeated one gets the same change, or the same refusal. What the leader refuses without
 * a decision, as it hears a node that is to be given up, is none of that: {@code
 * admin.OperatorRequest} looks for a decision before it tells such a refusal.
 */
final class RequestWatch {
  /**
   * Fewer than a cluster remembers ({@code metadata.RememberedRequests}): while no more requests
   * than that were made after one, it cannot have been forgotten.
   */
  private static final long COMPARED_MAX = 120;

  private final Windows windows;
  private final Map<RequestKey, Decided> told = new LinkedHashMap<>();

  RequestWatch(Windows windows) {
    this.windows = windows;
  }

  /**
   * An operator gets the answer to a request.
   *
   * @param decided what the node that answers knows to be decided about it; null: nothing
   * @param madeSince how many other requests were made after it
   */
  void heard(
      RequestKey request, CommandOutcome outcome, @Nullable Decided decided, long madeSince) {
    if (!(outcome instanceof Decided answer) || madeSince > COMPARED_MAX) {
      return;
    }
    if (answer instanceof Rejected && decided == null) {
      return;
    }
    Decided before = told.putIfAbsent(request, answer);
    if (before == null) {
      return;
    }
    if (!before.equals(answer)) {
      throw new PromiseBroken(
          "requests",
          "request %s was answered by %s, and when it was repeated by %s"
              .formatted(request, before, answer));
    }
    windows.enter("topology: request repeated: " + answer.getClass().getSimpleName());
  }
}
