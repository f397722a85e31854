package io.quorate.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request that has finished, as a {@link RequestListener} is told of it. */
public final class FinishedRequest {
  /** What was asked for. */
  public enum Operation {
    PUT,
    GET,
    DELETE,

    /**
     * An update of a counter, a set or a map. Several calls may travel in one message, and each is
     * a request of its own here.
     */
    UPDATE,

    /** An addition to the number that a linearizable key has. */
    INCREMENT,

    /** An update of the map of fields that a linearizable key has. */
    UPDATE_FIELDS,

    /**
     * One page of a scan: each is a request of its own. One that is under way when its scan is
     * closed ends as {@link Result#CLIENT_CLOSED}; a blocking {@link Scan} asks for a page ahead.
     */
    SCAN_PAGE,

    /** A batch of puts: one request, see {@link FinishedRequest#operations}. */
    PUT_ALL,

    /** A batch of gets: one request, see {@link FinishedRequest#operations}. */
    GET_ALL
  }

  /** How it ended: well, or with an exception of a type. */
  public enum Result {
    OK,

    /** A get of a key that has no value, or that was never updated. */
    NOT_FOUND,

    CLIENT_CLOSED,
    CONDITION_FAILED,
    DEADLINE_EXCEEDED,
    FAILED_PRECONDITION,
    FENCED,
    INVALID_REQUEST,
    KEY_TOO_LARGE,
    NOT_SERVING,
    OUTCOME_UNKNOWN,
    OVERLOADED,
    PERMISSION_DENIED,
    SERVER_FAULT,
    TOO_MANY_SIBLINGS,
    UNAVAILABLE,
    UNKNOWN_TENANT;

    /** The result of what failed with this. */
    public static Result of(QuorateException failure) {
      if (failure instanceof ClientClosedException) {
        return CLIENT_CLOSED;
      } else if (failure instanceof ConditionFailedException) {
        return CONDITION_FAILED;
      } else if (failure instanceof DeadlineExceededException) {
        return DEADLINE_EXCEEDED;
      } else if (failure instanceof FailedPreconditionException) {
        return FAILED_PRECONDITION;
      } else if (failure instanceof FencedException) {
        return FENCED;
      } else if (failure instanceof InvalidRequestException) {
        return INVALID_REQUEST;
      } else if (failure instanceof KeyTooLargeException) {
        return KEY_TOO_LARGE;
      } else if (failure instanceof NotServingException) {
        return NOT_SERVING;
      } else if (failure instanceof OutcomeUnknownException) {
        return OUTCOME_UNKNOWN;
      } else if (failure instanceof OverloadedException) {
        return OVERLOADED;
      } else if (failure instanceof PermissionDeniedException) {
        return PERMISSION_DENIED;
      } else if (failure instanceof TooManySiblingsException) {
        return TOO_MANY_SIBLINGS;
      } else if (failure instanceof UnavailableException) {
        return UNAVAILABLE;
      } else if (failure instanceof UnknownTenantException) {
        return UNKNOWN_TENANT;
      }
      return SERVER_FAULT;
    }
  }

  private final Operation operation;
  private final String tenant;
  private final Result result;
  private final @Nullable QuorateException failure;
  private final int attempts;
  private final long durationNanos;
  private final int operations;
  private final int failedOperations;

  private FinishedRequest(Builder parts) {
    this.operation = parts.operation;
    this.tenant = parts.tenant;
    this.result = parts.result;
    this.failure = parts.failure;
    this.attempts = parts.attempts;
    this.durationNanos = parts.durationNanos;
    this.operations = parts.operations;
    this.failedOperations = parts.failedOperations;
  }

  /** What was asked for. */
  public Operation operation() {
    return operation;
  }

  /** The tenant whose keys it was about. */
  public String tenant() {
    return tenant;
  }

  /**
   * How it ended. A batch is {@link Result#OK} if each of its operations went well, and else ended
   * as the first of them that failed, in the order given. A get that a fallback answered in place
   * of the cluster is told as failed, since the request to the cluster failed; in a batch it counts
   * as what the fallback made of it.
   */
  public Result result() {
    return result;
  }

  /** What it failed with; null if it went well. */
  public @Nullable QuorateException failure() {
    return failure;
  }

  /**
   * Times that it was given to a node: 1 if all went well, 0 if it was never sent. Of a batch, the
   * sum of those of its operations.
   */
  public int attempts() {
    return attempts;
  }

  /** Nanoseconds from the caller's call to the end. */
  public long durationNanos() {
    return durationNanos;
  }

  /** Operations in it: 1, or as many as the batch has. */
  public int operations() {
    return operations;
  }

  /** How many of {@link #operations} failed. */
  public int failedOperations() {
    return failedOperations;
  }

  /** Begins one that went well, at the first attempt. */
  public static Builder builder(Operation operation, String tenant) {
    return new Builder(operation, tenant);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FinishedRequest that
        && operation == that.operation
        && tenant.equals(that.tenant)
        && result == that.result
        && Objects.equals(failure, that.failure)
        && attempts == that.attempts
        && durationNanos == that.durationNanos
        && operations == that.operations
        && failedOperations == that.failedOperations;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        operation, tenant, result, failure, attempts, durationNanos, operations, failedOperations);
  }

  @Override
  public String toString() {
    return "FinishedRequest[operation="
        + operation
        + ", tenant="
        + tenant
        + ", result="
        + result
        + ", failure="
        + failure
        + ", attempts="
        + attempts
        + ", durationNanos="
        + durationNanos
        + ", operations="
        + operations
        + ", failedOperations="
        + failedOperations
        + "]";
  }

  /** Makes one, as for the test of a listener. Each part is what the method of its name tells. */
  public static final class Builder {
    private final Operation operation;
    private final String tenant;
    private Result result = Result.OK;
    private @Nullable QuorateException failure;
    private int attempts = 1;
    private long durationNanos;
    private int operations = 1;
    private int failedOperations;

    private Builder(Operation operation, String tenant) {
      this.operation = operation;
      this.tenant = tenant;
    }

    /** It was a get of a key that has no value. */
    public Builder notFound() {
      result = Result.NOT_FOUND;
      return this;
    }

    /** It failed; of a batch, see {@link #operations(int, int)}. */
    public Builder failure(QuorateException failure) {
      this.failure = failure;
      result = Result.of(failure);
      failedOperations = 1;
      return this;
    }

    public Builder attempts(int attempts) {
      this.attempts = attempts;
      return this;
    }

    public Builder durationNanos(long durationNanos) {
      this.durationNanos = durationNanos;
      return this;
    }

    /** Sets the size of a batch and how many of it failed; call it after {@link #failure}. */
    public Builder operations(int operations, int failed) {
      this.operations = operations;
      this.failedOperations = failed;
      return this;
    }

    public FinishedRequest build() {
      return new FinishedRequest(this);
    }
  }
}
