package io.quorate.metadata;

import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome.Decided;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about the newest requests of operators, oldest first: part of the replicated
 * state, equal on every node at equal index. A client whose answer is lost sends its request again,
 * maybe by way of another node, where it is another command: without this memory it would be
 * another change. Refusals are remembered, too, or a late copy of a request could still take effect
 * after its author was told that it changed nothing.
 */
final class RememberedRequests {
  /** Many more than operators make while a client retries one. The oldest go. */
  static final int KEPT = 128;

  private final Map<RequestKey, Decided> decisions = new LinkedHashMap<>();

  @Nullable Decided decision(RequestKey request) {
    return decisions.get(request);
  }

  Map<RequestKey, Decided> all() {
    return Collections.unmodifiableMap(decisions);
  }

  /** Keeps what was decided. A request that is not to be remembered is not. */
  void keep(RequestKey request, Decided decision) {
    if (request.equals(RequestKey.NONE)) {
      return;
    }
    decisions.put(request, decision);
    if (decisions.size() > KEPT) {
      Iterator<RequestKey> oldest = decisions.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
