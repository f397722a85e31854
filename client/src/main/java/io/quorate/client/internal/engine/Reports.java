package io.quorate.client.internal.engine;

import io.quorate.proto.v1.Failure;

/**
 * Reports what the answer to a call says: of its node to the circuit breaker there, and of how busy
 * the nodes are to the throttle of its tenant. Owned by the loop.
 */
final class Reports {
  private final Throttles throttles;
  private final CallCounts counts;

  Reports(Throttles throttles, CallCounts counts) {
    this.throttles = throttles;
    this.counts = counts;
  }

  /**
   * A node carried a call out.
   *
   * @param elsewhere whether it is in another region than the client. Nodes of its own may be cut
   *     off from that and yet carry out what is about their region
   */
  void onAnswered(Connection connection, Call<?> call, boolean elsewhere) {
    connection.breaker().onAnswered();
    // A node that saw too few live replicas where another found enough is cut off from them.
    for (Connection refused : call.undecided()) {
      if (refused != connection && !elsewhere) {
        refused.breaker().onFailed("too few live replicas, where another node found enough");
      }
    }
    throttles.of(call.tenant).onAccepted();
  }

  /** A node did not carry a call out, which is no sign of trouble. */
  void onDeclined(Connection connection, Call<?> call) {
    connection.breaker().onAnswered();
    throttles.of(call.tenant).onAccepted();
  }

  /** A node refused a call, or failed it. */
  void onRefused(Connection connection, Call<?> call, Failure failure, long now) {
    boolean tooEarly = RetryRule.isTooEarly(failure, call, now);
    if (RetryRule.isAheadOfClock(failure)) {
      // Its clock may be right, and what the call names may come from one that was not.
      connection.breaker().onAnswered();
      call.onAheadOfClock(connection, RetryRule.caughtUpAfterNanos(failure), now);
    } else if (failure.getReason() == Failure.Reason.REASON_UNAVAILABLE) {
      connection.breaker().onUndecided();
      call.onRefusedBy(connection, true);
    } else if (tooEarly || RetryRule.againstNode(failure)) {
      connection.breaker().onFailed(failure.getMessage());
      call.onRefusedBy(connection, false);
    } else {
      connection.breaker().onAnswered();
    }
    Throttle throttle = throttles.of(call.tenant);
    if (failure.getReason() == Failure.Reason.REASON_OVERLOADED) {
      counts.onRefused();
      throttle.onRefused(Failures.retryAfterMillis(failure));
    } else if (failure.getReason() == Failure.Reason.REASON_DEADLINE_EXCEEDED && !tooEarly) {
      throttle.onLate();
    } else {
      throttle.onAccepted();
    }
  }

  /**
   * The line in front of a node had no room for a call.
   *
   * @param retryAfterMillis when to come back
   */
  void onBehind(Connection connection, Call<?> call, int retryAfterMillis, long now) {
    if (connection.heardLately(now)) {
      connection.breaker().onAnswered(); // that it is busy is nothing against it
    } else {
      connection.breaker().onUndecided(); // it may be gone
    }
    if (call.patience == Patience.NONE) {
      throttles.of(call.tenant).onBehind(retryAfterMillis);
    }
  }
}
