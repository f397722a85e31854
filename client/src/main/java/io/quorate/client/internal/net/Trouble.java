package io.quorate.client.internal.net;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Why a node could not be asked, for people.
 *
 * @param lasting whether trying again will not help: something else than Quorate listens there, or
 *     this client is refused
 * @param neverConnected whether it is certain that nothing was sent
 * @param denied whether what listens there allows this client nothing, whatever it asks
 * @param amiss what may have to be corrected
 */
public record Trouble(
    String what, boolean lasting, boolean neverConnected, boolean denied, Amiss amiss) {
  /** What may have to be corrected so that a node can be asked. */
  public enum Amiss {
    /** The node, the network, or the address of the node. */
    ENDPOINT,
    /** Whether the client uses TLS, or a certificate of one of the two; no request was sent. */
    TLS,
    /** One of the two, and it cannot be told which. */
    ENDPOINT_OR_TLS,
    /**
     * Who the client is, or how it shows that: the node was reached, and what it said tells more.
     */
    CALLER
  }

  public static final Trouble NONE_YET = new Trouble("not connected yet, and not refused", false);

  private static final int DETAIL_CHARS_MAX = 200;

  /** A denial says who may not do what, and what to do about it. */
  private static final int DENIAL_CHARS_MAX = 500;

  /** What Netty writes of ECONNREFUSED. */
  private static final String LINUX_REFUSED = "error(-111)";

  /**
   * What gRPC writes when the other side ends a stream or a connection by the rules of HTTP/2, as a
   * node does that stops, whose connection is old, or to which too much was reset.
   */
  private static final String ENDED_BY_PEER = "HTTP/2 error code";

  public static final Trouble UNKNOWN_HOST = new Trouble("unknown host", false, true);

  static final Trouble REFUSED =
      new Trouble("connection refused: no process listens there", false, true);

  /** Nothing is known but that time passed: whether a process listens there cannot be told. */
  public static final Trouble SILENT =
      new Trouble(
          "no answer: the node is busy, stopped or out of reach, or something else listens there",
          false);

  /** Nothing is sent there, though it could be. */
  public static final Trouble OTHER_CLUSTER = new Trouble("belongs to another cluster", false);

  public Trouble(String what, boolean lasting) {
    this(what, lasting, false);
  }

  public Trouble(String what, boolean lasting, boolean neverConnected) {
    this(what, lasting, neverConnected, false, Amiss.ENDPOINT);
  }

  public static Trouble of(Throwable failure) {
    return of(Status.fromThrowable(failure));
  }

  public static Trouble of(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectTimeoutException) {
        return new Trouble(
            "no answer to the attempt to connect: the host is down or out of reach", false, true);
      }
      if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
        return notConnected(String.valueOf(cause.getMessage()));
      }
      if (cause instanceof UnknownHostException) {
        return UNKNOWN_HOST;
      }
    }
    Trouble tls = TlsTrouble.of(status);
    if (tls != null) {
      return tls;
    }
    String detail = detail(status, DETAIL_CHARS_MAX);
    Trouble said = said(status, detail);
    // A web server or a proxy that listens there knows nothing of logins, and answers 403 or 404.
    if (detail.contains("HTTP status code")) {
      return said.with(Amiss.ENDPOINT);
    }
    return NoLogin.isSaidBy(status) ? said.with(Amiss.CALLER) : said;
  }

  /** Of a node that was reached, or of what listens in its place. */
  private static Trouble said(Status status, String detail) {
    if (isOfAnotherProtocol(detail)) {
      return OtherProtocol.trouble(detail);
    }
    return switch (status.getCode()) {
      case UNIMPLEMENTED ->
          new Trouble(
              "answers, but is not a Quorate node, or one of an earlier release that does not know"
                  + " this request ("
                  + detail
                  + ")",
              true);
      case PERMISSION_DENIED, UNAUTHENTICATED ->
          new Trouble(
              "refuses this client (" + detail(status, DENIAL_CHARS_MAX) + ")",
              true,
              false,
              true,
              Amiss.CALLER);
      case INTERNAL, UNKNOWN ->
          new Trouble("answers, but not as a Quorate node does (" + detail + ")", true);
      // gRPC names the address once it has a connection.
      case DEADLINE_EXCEEDED ->
          detail.contains("remote_addr")
              ? new Trouble("is connected, but did not answer in time", false)
              : SILENT;
      case UNAVAILABLE ->
          new Trouble(
              detail.startsWith("Network closed") ? "closes the connection" : detail, false);
      case CANCELLED ->
          Unary.GIVEN_UP.equals(status.getDescription())
              ? SILENT
              : new Trouble(status.getCode() + ": " + detail, false);
      default -> new Trouble(status.getCode() + ": " + detail, false);
    };
  }

  /** Whether it is no gRPC that is spoken there, so that it is not a node that failed. */
  public static boolean isOfAnotherProtocol(Status status) {
    return isOfAnotherProtocol(detail(status, DETAIL_CHARS_MAX));
  }

  private static boolean isOfAnotherProtocol(String detail) {
    return detail.contains("http2 exception")
        || (detail.contains("HTTP/2") && !detail.contains(ENDED_BY_PEER));
  }

  private Trouble with(Amiss other) {
    return new Trouble(what, lasting, neverConnected, denied, other);
  }

  /**
   * The system's own words, except for the case that is met most. These are of the language of the
   * process's locale, so that is known by its number, too, where there is one.
   */
  private static Trouble notConnected(String said) {
    return said.contains("refused") || said.contains(LINUX_REFUSED)
        ? REFUSED
        : new Trouble(
            "cannot be connected to: " + said.lines().findFirst().orElse(""), false, true);
  }

  /** Whether there is no process to connect to, as far as the network knows. */
  public boolean nothingListens() {
    return equals(REFUSED) || equals(UNKNOWN_HOST);
  }

  /** The first line of each: what gRPC adds below it is for those who work on gRPC. */
  private static String detail(Status status, int charsMax) {
    String description = status.getDescription();
    String said = description == null ? null : description.lines().findFirst().orElse("");
    StringBuilder detail = new StringBuilder(said == null ? status.getCode().toString() : said);
    Throwable cause = status.getCause();
    String caused = cause == null ? null : message(cause);
    if (caused != null) {
      String why = caused.lines().findFirst().orElse("");
      if (said == null || !said.contains(why)) {
        detail.append(": ").append(why);
      }
    }
    return detail.length() <= charsMax ? detail.toString() : detail.substring(0, charsMax) + "...";
  }

  /** What a failure says; of one of gRPC without its code, or the same would be told twice. */
  private static @Nullable String message(Throwable failure) {
    String description =
        failure instanceof StatusRuntimeException || failure instanceof StatusException
            ? Status.fromThrowable(failure).getDescription()
            : null;
    return description == null ? failure.getMessage() : description;
  }

  @Override
  public String toString() {
    return what;
  }
}
