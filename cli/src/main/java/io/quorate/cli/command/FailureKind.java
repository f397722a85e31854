package io.quorate.cli.command;

import io.quorate.client.ClientClosedException;
import io.quorate.client.ConditionFailedException;
import io.quorate.client.DeadlineExceededException;
import io.quorate.client.FailedPreconditionException;
import io.quorate.client.FailureCode;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What kinds of failures there are, in words that programs can count on. */
public final class FailureKind {
  /** By which callers find out who they are; nodes name it where they deny something. */
  private static final String WHO_AM_I = "quorate security whoami";

  /** What the client says where a certificate is for another host. */
  private static final String EXPECTED_NAME = "say the name to expect";

  private FailureKind() {}

  /** A word for a failure. */
  public static String of(@Nullable Throwable failure) {
    return failure != null && root(failure) instanceof QuorateException ours
        ? of(ours)
        : "internal";
  }

  static String of(QuorateException failure) {
    return switch (failure) {
      case UnavailableException e -> "unavailable";
      case DeadlineExceededException e -> "deadline_exceeded";
      case NotServingException e -> "not_serving";
      case OverloadedException e -> "overloaded";
      case OutcomeUnknownException e -> "outcome_unknown";
      case InvalidRequestException e -> "invalid";
      case FailedPreconditionException e -> "failed_precondition";
      case UnknownTenantException e -> "unknown_tenant";
      case TooManySiblingsException e -> "too_many_siblings";
      case KeyTooLargeException e -> "key_too_large";
      case PermissionDeniedException e -> "permission_denied";
      case ConditionFailedException e -> "condition_failed";
      case FencedException e -> "fenced";
      case ServerFaultException e -> "server_fault";
      case ClientClosedException e -> "client_closed";
    };
  }

  /** What a command that fails with it exits with, one of {@link ExitCode}. */
  public static int exitCode(Throwable failure) {
    return root(failure) instanceof QuorateException ours
        ? switch (ours) {
          case UnavailableException e -> isOfTls(e) ? ExitCode.DENIED : ExitCode.UNAVAILABLE;
          case DeadlineExceededException e -> ExitCode.UNAVAILABLE;
          case NotServingException e -> ExitCode.UNAVAILABLE;
          case OverloadedException e -> ExitCode.UNAVAILABLE;
          case OutcomeUnknownException e -> ExitCode.UNAVAILABLE;
          case InvalidRequestException e -> ExitCode.FAILED;
          case FailedPreconditionException e -> ExitCode.FAILED;
          case UnknownTenantException e -> ExitCode.UNKNOWN_TENANT;
          case TooManySiblingsException e -> ExitCode.FAILED;
          case KeyTooLargeException e -> ExitCode.FAILED;
          case PermissionDeniedException e -> ExitCode.DENIED;
          case ConditionFailedException e -> ExitCode.DIFFERENT;
          case FencedException e -> ExitCode.FAILED;
          case ServerFaultException e -> ExitCode.FAILED;
          case ClientClosedException e -> ExitCode.FAILED;
        }
        : ExitCode.FAILED;
  }

  /** Whether the same operation may succeed later, as far as the failure tells. */
  public static boolean worthRetrying(Throwable failure) {
    return root(failure) instanceof QuorateException ours
        && switch (ours) {
          case UnavailableException e -> !isOfTls(e);
          case DeadlineExceededException e -> true;
          case NotServingException e -> true;
          case OverloadedException e -> true;
          case OutcomeUnknownException e -> true;
          case ServerFaultException e -> true;
          case InvalidRequestException e -> false;
          case FailedPreconditionException e -> false;
          case UnknownTenantException e -> false;
          case TooManySiblingsException e -> false;
          case KeyTooLargeException e -> false;
          case PermissionDeniedException e -> false;
          case ConditionFailedException e -> false;
          case FencedException e -> false;
          case ClientClosedException e -> false;
        };
  }

  /** Whether nodes and this program refuse each other, whatever a request asks for. */
  private static boolean isOfTls(QuorateException failure) {
    return failure.info().code() == FailureCode.TLS;
  }

  /** Returns which options a failure is about, as the end of its message. */
  public static String options(QuorateException failure) {
    if (isOfTls(failure)) {
      return "; see --tls, --tls-ca, --tls-cert and --tls-key";
    }
    return String.valueOf(failure.getMessage()).contains(EXPECTED_NAME)
        ? "; see --tls-server-name"
        : "";
  }

  /** Why something is denied, and what to do: something before the nodes may not say the latter. */
  public static String denial(QuorateException denied) {
    String why = String.valueOf(denied.getMessage());
    return why.contains(WHO_AM_I)
        ? why
        : why
            + "; '"
            + WHO_AM_I
            + "', with the same options of TLS, shows which user you are to the cluster";
  }

  /** The failure inside what futures wrap it with. */
  public static Throwable root(Throwable thrown) {
    Throwable failure = thrown;
    while ((failure instanceof CompletionException || failure instanceof ExecutionException)
        && failure.getCause() != null) {
      failure = failure.getCause();
    }
    return failure;
  }
}
