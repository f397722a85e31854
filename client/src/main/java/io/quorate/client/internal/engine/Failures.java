package io.quorate.client.internal.engine;

import io.quorate.client.ClientClosedException;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.DeadlineExceededException;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
import io.quorate.client.FailureInfo;
import io.quorate.client.FencedException;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyTooLargeException;
import io.quorate.client.NotServingException;
import io.quorate.client.OutcomeUnknownException;
import io.quorate.client.OverloadedException;
import io.quorate.client.PermissionDeniedException;
import io.quorate.client.QuorateException;
import io.quorate.client.ServerFaultException;
import io.quorate.client.TooManySiblingsException;
import io.quorate.client.UnavailableException;
import io.quorate.client.UnknownTenantException;
import io.quorate.client.WrongModelException;
import io.quorate.client.internal.text.Hex;
import io.quorate.client.internal.text.Quoted;
import io.quorate.proto.v1.Failure;
import io.quorate.proto.v1.Tenant;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What a failure on the wire, or one found here, is to the caller: the one table for that. */
final class Failures {
  static final String LOOP_ENDED =
      "the client's thread has ended, as for want of memory (OutOfMemoryError): build another"
          + " client";

  private static final int RETRY_AFTER_MILLIS = 20;
  private static final int RETRY_AFTER_MILLIS_MAX = 1000;

  private Failures() {}

  /**
   * The exception for a node's refusal.
   *
   * @param mutation whether the operation was to change something
   * @param appliedBefore whether an earlier attempt of the same operation may have been applied
   * @param partition of the key, where the failure names none; -1 if it is not known
   * @param what names the operation, for the message
   */
  static QuorateException of(
      Failure failure, boolean mutation, boolean appliedBefore, int partition, String what) {
    QuorateException refusal = refusal(failure, mutation, partition, what);
    if (mutation && appliedBefore && !refusal.mayHaveApplied()) {
      return new OutcomeUnknownException(
          what
              + ": an earlier attempt may have been applied, and the last one failed: "
              + NothingApplied.without(failure.getMessage()),
          refusal.info(),
          refusal);
    }
    return refusal;
  }

  private static QuorateException refusal(
      Failure failure, boolean mutation, int partition, String what) {
    String message = what + ": " + failure.getMessage();
    FailureInfo info =
        FailureInfo.of(
                failure.hasPartition() ? failure.getPartition() : partition,
                failure.getReplicasNeeded(),
                Hex.of(failure.getReplicasAnsweredList()))
            .coded(Codes.fromWire(failure.getCode()));
    if (mutation && failure.getMayHaveApplied()) {
      return new OutcomeUnknownException(message, info, null);
    }
    return switch (failure.getReason()) {
      case REASON_INVALID -> new InvalidRequestException(message, info);
      case REASON_FAILED_PRECONDITION -> new FailedPreconditionException(message, info);
      case REASON_UNKNOWN_TENANT -> new UnknownTenantException(message, info, null);
      case REASON_PERMISSION_DENIED -> new PermissionDeniedException(message, info, null);
      // Where a login is refused, its calls are not sent.
      case REASON_UNAVAILABLE, REASON_UNAUTHENTICATED ->
          new UnavailableException(message, info, null);
      case REASON_OVERLOADED ->
          new OverloadedException(
              message, info, Duration.ofMillis(retryAfterMillis(failure)), null);
      case REASON_TOO_MANY_SIBLINGS -> new TooManySiblingsException(message, info);
      case REASON_KEY_TOO_LARGE -> new KeyTooLargeException(message, info);
      case REASON_CONDITION_FAILED ->
          new ConditionFailedException(message, info, failure.getField());
      case REASON_FENCED -> new FencedException(message, info, failure.getFence());
      case REASON_STAMP_TOO_LOW -> new UnavailableException(message, info, null);
      case REASON_NOT_SERVING -> new NotServingException(message, info, null);
      case REASON_DEADLINE_EXCEEDED -> new DeadlineExceededException(message, info, null);
      case REASON_INTERNAL, REASON_OUTCOME_UNKNOWN, REASON_UNSPECIFIED, UNRECOGNIZED ->
          mutation
              ? new OutcomeUnknownException(message, info, null)
              : new ServerFaultException(message, info, null);
    };
  }

  /** The exception for a call that is given up here. */
  static QuorateException givenUp(Call<?> call, String why, FailureCode code) {
    FailureInfo info = FailureInfo.ofPartition(call.partition).coded(code);
    if (call.mutation() && call.mayHaveApplied) {
      return new OutcomeUnknownException(
          describe(call) + ": " + why + "; it was sent and may have been applied", info, null);
    }
    return new UnavailableException(describe(call) + ": " + why, info, null);
  }

  /** The exception for a call that was lost with its connection, and is not sent again. */
  static QuorateException lost(Call<?> call, Connection connection) {
    return givenUp(
        call,
        "the connection to "
            + connection.address()
            + " was lost ("
            + connection.trouble()
            + ")"
            + attempts(call),
        FailureCode.NONE);
  }

  /**
   * The exception for a call of a client to which a node allows nothing.
   *
   * @param who the node, and what it says
   */
  static QuorateException denied(Call<?> call, String who) {
    FailureInfo info = FailureInfo.ofPartition(call.partition);
    String message = describe(call) + ": " + who;
    return call.mutation() && call.mayHaveApplied
        ? new OutcomeUnknownException(
            message + "; it was sent before and may have been applied", info, null)
        : new PermissionDeniedException(message, info, null);
  }

  /** The exception for a write of which each stamp was too low, and which is not sent again. */
  static UnavailableException stampsTooLow(Call<?> call, Connection connection, Failure failure) {
    return new UnavailableException(
        describe(call)
            + ", at "
            + connection.address()
            + attempts(call)
            + ": "
            + failure.getMessage()
            + "; it was not applied, as other writes came before it each time",
        FailureInfo.ofPartition(call.partition),
        null);
  }

  /** The exception for a write that waited for its tenant's default time to live in vain. */
  static UnavailableException settingsUnknown(Call<?> call, String within) {
    return new UnavailableException(
        describe(call)
            + ": no node told the settings of the tenant"
            + within
            + ", and the write depends on its default_ttl_ms; nothing was applied",
        FailureInfo.ofPartition(call.partition),
        null);
  }

  /**
   * When to come back, as a node says it; a number that is too large for an int, which protobuf
   * gives as a negative one, is cut.
   */
  static int retryAfterMillis(Failure failure) {
    int millis = failure.getRetryAfterMs();
    return millis < 0 ? Integer.MAX_VALUE : millis;
  }

  /** When to come back to a line that one waits in for so long. */
  static Duration retryAfter(long waitNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(waitNanos);
    return Duration.ofMillis(
        Math.min(Math.max(millis, RETRY_AFTER_MILLIS), RETRY_AFTER_MILLIS_MAX));
  }

  /** What a node had to say that was asked too much. */
  static OverloadedException tooMuch(Connection connection, Failure failure) {
    return new OverloadedException(
        connection.address() + " refused it: " + failure.getMessage(),
        FailureInfo.NONE,
        Duration.ofMillis(retryAfterMillis(failure)),
        null);
  }

  /** The exception for a call past the bounds of what may be unanswered. */
  static OverloadedException noRoom(Call<?> call, Admission admission) {
    return new OverloadedException(
        describe(call) + " was not sent: " + admission,
        FailureInfo.NONE,
        Duration.ofMillis(RETRY_AFTER_MILLIS),
        null);
  }

  /** Why a call is not sent that would only wait in a line that grows. */
  static OverloadedException lineTooLong(
      Connection connection, long waitNanos, Duration retryAfter) {
    return new OverloadedException(
        behind(connection, waitNanos), FailureInfo.NONE, retryAfter, null);
  }

  /** The exception for a call that would only wait in a line that grows. */
  static QuorateException behind(
      Call<?> call, Connection connection, long waitNanos, Duration retryAfter) {
    return notSent(call, behind(connection, waitNanos), retryAfter);
  }

  private static String behind(Connection connection, long waitNanos) {
    return waiting(connection.waiting())
        + " to be sent to "
        + connection.address()
        + ", which took its calls of late at a pace that would have this one wait for about "
        + TimeUnit.NANOSECONDS.toMillis(waitNanos)
        + " ms: ask less at a time, or give it more time";
  }

  /** The beginning of a sentence about calls that wait; what they wait for follows. */
  static String waiting(int calls) {
    return calls == 1 ? "1 call of this client waits" : calls + " calls of this client wait";
  }

  /** The exception for a call that is larger than any message that a node reads. */
  static QuorateException tooLarge(Call<?> call, Bounds bounds) {
    FailureInfo info = FailureInfo.ofPartition(call.partition);
    String what =
        describe(call)
            + ": not sent, as it has "
            + call.bytes
            + " bytes, and the nodes take values of at most "
            + bounds.valueBytes()
            + ": split it, or raise limits.max_value_bytes on all nodes";
    return call.mutation() && call.mayHaveApplied
        ? new OutcomeUnknownException(
            what + "; an earlier attempt may have been applied", info, null)
        : new InvalidRequestException(what, info);
  }

  /** The exception for a call that does not suit the model that its tenant has. */
  static QuorateException wrongModel(Call<?> call, Tenant.Model model) {
    FailureInfo info = FailureInfo.ofPartition(call.partition);
    String what = describe(call) + ": " + Face.ifWrong(model);
    return call.mutation() && call.mayHaveApplied
        ? new OutcomeUnknownException(
            what + "; an earlier attempt may have been applied", info, null)
        : new WrongModelException(what, info, model.name().replaceFirst("^MODEL_", ""));
  }

  /** The exception for a call that waited for {@code why} to pass, and is given up. */
  static QuorateException heldBack(Call<?> call, String within, OverloadedException why) {
    String again = call.attempts == 0 ? "" : " again";
    String what = describe(call) + ": could not be sent" + again + within + "; ";
    FailureInfo info = FailureInfo.ofPartition(call.partition);
    String said = String.valueOf(why.getMessage());
    return call.mutation() && call.mayHaveApplied
        ? new OutcomeUnknownException(
            what + NothingApplied.causeOf(said) + "; an earlier attempt may have been applied",
            info,
            why)
        : new OverloadedException(what + said, info, why.retryAfter(), why);
  }

  /** The exception for a call that there is no room for; {@code why} says where, and what to do. */
  static QuorateException notSent(Call<?> call, String why, Duration retryAfter) {
    FailureInfo info = FailureInfo.ofPartition(call.partition);
    String what = describe(call) + ": not sent, as " + why;
    return call.mutation() && call.mayHaveApplied
        ? new OutcomeUnknownException(
            what + "; an earlier attempt may have been applied", info, null)
        : new OverloadedException(what, info, retryAfter, null);
  }

  /** The exception for a call whose time is over while it was at a node. */
  static QuorateException timedOut(Call<?> call, String why) {
    FailureInfo info = FailureInfo.ofPartition(call.partition);
    return call.mutation() && call.mayHaveApplied
        ? new OutcomeUnknownException(
            describe(call) + ": " + why + "; it may have been applied", info, null)
        : new DeadlineExceededException(describe(call) + ": " + why, info, null);
  }

  /**
   * The exception for a caller whose time is over, while an update has its changes that goes on.
   */
  static OutcomeUnknownException stillUnderWay(Call<?> call, String within) {
    return new OutcomeUnknownException(
        describe(call)
            + ": no outcome"
            + within
            + "; it was sent together with others, which have more time, and may have been applied",
        FailureInfo.ofPartition(call.partition),
        null);
  }

  /** The exception for a caller whose time is over, while an earlier update was under way. */
  static DeadlineExceededException inLine(Call<?> call, String within) {
    return new DeadlineExceededException(
        describe(call)
            + ": not sent"
            + within
            + ", as an earlier update of the key had no outcome yet; it was not applied",
        FailureInfo.ofPartition(call.partition),
        null);
  }

  /** The exception for an update whose writer was too old each time. */
  static UnavailableException writersTooOld(Call<?> call, Connection connection, Failure failure) {
    return new UnavailableException(
        describe(call)
            + ", at "
            + connection.address()
            + attempts(call)
            + ": "
            + failure.getMessage()
            + "; it was not applied",
        FailureInfo.ofPartition(call.partition),
        null);
  }

  /** A refusal that several callers share, for another one of them. */
  static OverloadedException another(OverloadedException refusal) {
    return new OverloadedException(
        String.valueOf(refusal.getMessage()),
        refusal.info(),
        refusal.retryAfter(),
        refusal.getCause());
  }

  /** A failure that several callers share, for another one of them. */
  static QuorateException again(QuorateException failure) {
    String message = String.valueOf(failure.getMessage());
    FailureInfo info = failure.info();
    if (failure instanceof OutcomeUnknownException) {
      return new OutcomeUnknownException(message, info, failure.getCause());
    } else if (failure instanceof UnavailableException) {
      return new UnavailableException(message, info, failure.getCause());
    } else if (failure instanceof OverloadedException overloaded) {
      return another(overloaded);
    } else if (failure instanceof NotServingException) {
      return new NotServingException(message, info, failure.getCause());
    } else if (failure instanceof DeadlineExceededException) {
      return new DeadlineExceededException(message, info, failure.getCause());
    } else if (failure instanceof WrongModelException wrong) {
      return new WrongModelException(message, info, wrong.model());
    } else if (failure instanceof InvalidRequestException) {
      return new InvalidRequestException(message, info);
    } else if (failure instanceof KeyTooLargeException) {
      return new KeyTooLargeException(message, info);
    } else if (failure instanceof ConditionFailedException unmet) {
      return new ConditionFailedException(message, info, unmet.field().orElse(""));
    } else if (failure instanceof FencedException fenced) {
      return new FencedException(message, info, fenced.fence());
    } else if (failure instanceof UnknownTenantException) {
      return new UnknownTenantException(message, info, failure.getCause());
    } else if (failure instanceof PermissionDeniedException) {
      return new PermissionDeniedException(message, info, failure.getCause());
    } else if (failure instanceof ClientClosedException) {
      return new ClientClosedException(message);
    }
    return failure;
  }

  /** The exception for a call that was made after the client was closed. */
  static ClientClosedException closed(Call<?> call) {
    return new ClientClosedException(describe(call) + ": the client is closed");
  }

  /** The exception for a call that was under way when the client was closed. */
  static QuorateException cutOff(Call<?> call) {
    if (!call.mutation() || !call.mayHaveApplied) {
      return closed(call);
    }
    return new OutcomeUnknownException(
        describe(call) + ": the client was closed before the answer came; it may have been applied",
        FailureInfo.ofPartition(call.partition),
        null);
  }

  /** The exception for a call that was under way when an Error ended the client's thread. */
  static QuorateException loopEnded(Call<?> call) {
    String what = describe(call) + ": " + LOOP_ENDED;
    return call.mutation() && call.attempts > 0
        ? new OutcomeUnknownException(
            what + "; it may have been applied", FailureInfo.ofPartition(call.partition), null)
        : new ClientClosedException(what);
  }

  /** How often the call was sent, in words, if that was more than once. */
  static String attempts(Call<?> call) {
    return call.attempts == 1 ? "" : " (attempt " + call.attempts + ")";
  }

  /** The operation, in words: what, of which key, where, how. */
  static String describe(Call<?> call) {
    return call.verb()
        + " of key "
        + Quoted.of(call.key)
        + (call.tenant.equals("default") ? "" : " of tenant " + Quoted.of(call.tenant))
        + (call.partition < 0 ? "" : ", partition " + call.partition)
        + (call.level == null ? "" : ", level " + call.level);
  }
}
