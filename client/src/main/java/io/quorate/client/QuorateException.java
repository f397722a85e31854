package io.quorate.client;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An operation that failed. The type says what that means for the data, {@link #mayHaveApplied}
 * says it in one word, and the message says what happened, to what, and what to do about it.
 */
public abstract sealed class QuorateException extends RuntimeException
    permits ClientClosedException,
        ConditionFailedException,
        DeadlineExceededException,
        FailedPreconditionException,
        FencedException,
        InvalidRequestException,
        KeyTooLargeException,
        NotServingException,
        OutcomeUnknownException,
        OverloadedException,
        PermissionDeniedException,
        ServerFaultException,
        TooManySiblingsException,
        UnavailableException,
        UnknownTenantException {

  private final transient FailureInfo info;

  /**
   * Without a stack trace: it would be that of the event loop, which explains nothing, and where
   * thousands of calls end at one deadline, their traces would make all of them late. A blocking
   * call adds the trace of its caller.
   */
  QuorateException(String message, FailureInfo info, @Nullable Throwable cause) {
    this(message, info, cause, false);
  }

  QuorateException(
      String message, FailureInfo info, @Nullable Throwable cause, boolean withStackTrace) {
    super(message, cause, true, withStackTrace);
    this.info = info;
  }

  /** Whether a write may have taken effect, or may still take effect. Always false for reads. */
  public boolean mayHaveApplied() {
    return false;
  }

  /**
   * Whether the same call may succeed a little later, since the cause may pass: nodes were down,
   * busy or slow. A write that {@link #mayHaveApplied} may then take effect twice, unless its
   * tenant takes writes once.
   */
  public boolean mayPass() {
    return false;
  }

  /** Partition, replicas needed, replicas that answered. */
  public FailureInfo info() {
    return info;
  }

  /** The exception inside what a future was failed with. */
  public static QuorateException causeOf(Throwable failed) {
    Throwable cause = failed;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof QuorateException ours) {
      return ours;
    }
    return new ServerFaultException("failed: " + cause, FailureInfo.NONE, cause);
  }
}
