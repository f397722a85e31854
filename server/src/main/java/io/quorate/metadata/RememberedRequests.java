package io.quorate.metadata;

import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
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

  private final Map<RequestKey, Remembered> decisions = new LinkedHashMap<>();

  /**
   * One request.
   *
   * @param content see {@link Requested#content}
   * @param index of the log, at which it was decided
   */
  record Remembered(long content, long index, Decided decision) {
    /** Returns what a request is told that comes under the same name. */
    Decided answerTo(RequestKey request, long itsContent) {
      return itsContent == content
          ? decision
          : new Rejected(
              RefusalKind.FAILED_PRECONDITION,
              "request id %s was used for another request: give a new one".formatted(request));
    }
  }

  @Nullable Remembered get(RequestKey request) {
    return decisions.get(request);
  }

  /** Returns what a request is told if one came before under its name; null if none did. */
  @Nullable Decided answerTo(Requested requested) {
    Remembered before = get(requested.request());
    return before == null ? null : before.answerTo(requested.request(), requested.content());
  }

  Map<RequestKey, Remembered> all() {
    return Collections.unmodifiableMap(decisions);
  }

  /** Keeps what was decided. A request that is not to be remembered is not. */
  void keep(RequestKey request, Remembered remembered) {
    if (request.equals(RequestKey.NONE)) {
      return;
    }
    decisions.put(request, remembered);
    if (decisions.size() > KEPT) {
      Iterator<RequestKey> oldest = decisions.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
