package io.quorate.client;

/**
 * A put or delete had a {@link Condition}, and its key has something else. It was not applied, and
 * no attempt at it will be.
 */
public final class ConditionFailedException extends QuorateException {
  public ConditionFailedException(String message, FailureInfo info) {
    super(message, info, null);
  }
}
