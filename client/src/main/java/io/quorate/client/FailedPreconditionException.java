package io.quorate.client;

/**
 * The state of the cluster does not allow what was asked for. Nothing was applied. Look at the
 * state, and make a new request, under a new request id: one that was refused stays refused.
 */
public final class FailedPreconditionException extends QuorateException {
  public FailedPreconditionException(String message, FailureInfo info) {
    super(message, info, null, true);
  }
}
