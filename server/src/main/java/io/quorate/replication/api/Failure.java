package io.quorate.replication.api;

import io.quorate.model.NodeId;
import java.util.List;

/**
 * Why an operation failed, and what that says about the data.
 *
 * @param message for people: what happened, to what, and what to do about it
 * @param mayHaveApplied whether a write may have taken effect, or may still take effect
 * @param retryAfterMillis how long to wait before a retry can help; 0 when not known
 * @param partition of the key; {@link #NO_PARTITION} where there is none
 * @param needed replicas that the level asked for
 * @param answered replicas that answered in time
 */
public record Failure(
    Reason reason,
    String message,
    boolean mayHaveApplied,
    int retryAfterMillis,
    int partition,
    int needed,
    List<NodeId> answered) {

  /** What happened. */
  public enum Reason {
    /** The request can never succeed as it is: nothing was applied. */
    INVALID,
    /** The tenant does not exist: nothing was applied. */
    UNKNOWN_TENANT,
    /** Too few replicas are live for the level: nothing was applied anywhere. */
    UNAVAILABLE,
    /** The level was not reached in time: a write may have been applied. */
    DEADLINE_EXCEEDED,
    /** A bound of this node was hit: nothing was applied. */
    OVERLOADED,
    /** This node cannot serve now (starting, stopping, disk trouble): nothing was applied. */
    NOT_SERVING,
    /** A fault inside the node: a write may have been applied. */
    INTERNAL,
    /** Replicas failed after the write was sent to them: it may have been applied. */
    OUTCOME_UNKNOWN
  }

  /** The failure is of no partition, or of none that is known. */
  public static final int NO_PARTITION = -1;

  public Failure {
    answered = List.copyOf(answered);
  }

  /** A refusal that applied nothing and names no partition. */
  public static Failure refused(Reason reason, String message) {
    return new Failure(reason, message, false, 0, NO_PARTITION, 0, List.of());
  }

  /** A bound was hit; nothing was applied. */
  public static Failure overloaded(String message, int retryAfterMillis) {
    return new Failure(
        Reason.OVERLOADED, message, false, retryAfterMillis, NO_PARTITION, 0, List.of());
  }
}
