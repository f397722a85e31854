package io.quorate.client;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.UnknownHostException;

/**
 * Why a node could not be asked, for people.
 *
 * @param lasting whether trying again will not help: something else than Quorate listens there
 * @param neverConnected whether it is certain that nothing was sent
 */
record Trouble(String what, boolean lasting, boolean neverConnected) {
  static final Trouble NONE_YET = new Trouble("no answer yet", false);

  Trouble(String what, boolean lasting) {
    this(what, lasting, false);
  }

  static Trouble of(Throwable failure) {
    return of(Status.fromThrowable(failure));
  }

  static Trouble of(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return new Trouble("connection refused: no process listens there", false, true);
      }
      if (cause instanceof UnknownHostException) {
        return new Trouble("unknown host", false, true);
      }
    }
    String detail = detail(status);
    if (detail.contains("http2 exception") || detail.contains("HTTP/2")) {
      return new Trouble("speaks another protocol than gRPC (" + detail + ")", true);
    }
    return switch (status.getCode()) {
      case UNIMPLEMENTED ->
          new Trouble("answers, but is not a Quorate node (" + detail + ")", true);
      case INTERNAL, UNKNOWN ->
          new Trouble("answers, but not as a Quorate node does (" + detail + ")", true);
      case DEADLINE_EXCEEDED ->
          new Trouble("accepts connections but does not answer as a Quorate node does", false);
      case UNAVAILABLE ->
          new Trouble(
              detail.startsWith("Network closed") ? "closes the connection" : detail, false);
      default -> new Trouble(status.getCode() + ": " + detail, false);
    };
  }

  private static String detail(Status status) {
    StringBuilder detail = new StringBuilder();
    detail.append(
        status.getDescription() == null ? status.getCode().toString() : status.getDescription());
    Throwable cause = status.getCause();
    if (cause != null && cause.getMessage() != null) {
      detail.append(": ").append(cause.getMessage().lines().findFirst().orElse(""));
    }
    return detail.length() <= 200 ? detail.toString() : detail.substring(0, 200) + "...";
  }

  @Override
  public String toString() {
    return what;
  }
}
