package io.quorate.admin;

/**
 * A request that cannot be carried out in the state that this node knows the cluster to be in; in
 * another state it could. The message says what to do.
 */
final class FailedPreconditionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  FailedPreconditionException(String message) {
    super(message);
  }
}
