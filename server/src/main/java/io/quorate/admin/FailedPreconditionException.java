package io.quorate.admin;

import io.quorate.cluster.RefusalKind;

/**
 * A request that cannot be carried out in the state that this node knows the cluster to be in; in
 * another state it could. The message says what to do.
 */
final class FailedPreconditionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final RefusalKind kind;

  FailedPreconditionException(String message) {
    this(RefusalKind.FAILED_PRECONDITION, message);
  }

  FailedPreconditionException(RefusalKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  RefusalKind kind() {
    return kind;
  }
}
