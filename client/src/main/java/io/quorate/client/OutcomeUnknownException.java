package io.quorate.client;

import org.jspecify.annotations.Nullable;

/**
 * A write was sent and its outcome is not known: the deadline passed, the connection broke, or
 * replicas failed. It may have been applied, may still be, or may never be. Reading the key tells;
 * writing the same value again is another write, which may take effect above one of another client
 * that came in between.
 *
 * <p>In a tenant with retries ONCE or model SIBLINGS the write takes effect once or never. With
 * retries ONCE, no attempt of it that is still on its way can take effect above a later write. The
 * client asked for the outcome until the deadline, or a node said that the cluster cannot tell any
 * more. An update of a counter, a set or a map takes effect once or never, too; what it counts may
 * do so with a later update by the same client.
 */
public final class OutcomeUnknownException extends QuorateException {
  public OutcomeUnknownException(String message, FailureInfo info, @Nullable Throwable cause) {
    super(message, info, cause);
  }

  @Override
  public boolean mayHaveApplied() {
    return true;
  }

  @Override
  public boolean mayPass() {
    return true;
  }
}
