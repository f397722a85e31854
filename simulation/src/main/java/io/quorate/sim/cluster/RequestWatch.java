package io.quorate.sim.cluster;

import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.sim.check.PromiseBroken;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks that an operator's request is decided once, however often and through whichever node it
 * comes: a repeated one gets the same change, or the same refusal.
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
   * @param madeSince how many other requests were made after it
   */
  void heard(RequestKey request, CommandOutcome outcome, long madeSince) {
    if (!(outcome instanceof Decided decided) || madeSince > COMPARED_MAX) {
      return;
    }
    Decided before = told.putIfAbsent(request, decided);
    if (before == null) {
      return;
    }
    if (!before.equals(decided)) {
      throw new PromiseBroken(
          "requests",
          "request %s was answered by %s, and when it was repeated by %s"
              .formatted(request, before, decided));
    }
    windows.enter("topology: request repeated: " + decided.getClass().getSimpleName());
  }
}
