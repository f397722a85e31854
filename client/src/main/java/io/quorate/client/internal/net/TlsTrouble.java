package io.quorate.client.internal.net;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import io.quorate.client.internal.net.Trouble.Amiss;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why client and node cannot agree on a connection, with TLS or without. */
final class TlsTrouble {
  /** The nodes may be without TLS, or it is another program that listens there. */
  private static final Trouble NO_TLS =
      lasting("does not speak TLS, which this client is told to use", Amiss.ENDPOINT_OR_TLS);

  private static final Trouble MAYBE_TLS =
      new Trouble(
          "closes the connection without a word: if it expects TLS, this client must use it, too",
          false,
          true,
          false,
          Amiss.ENDPOINT_OR_TLS);

  private static final Trouble EXPECTS_TLS =
      ofTls("expects TLS, which this client is not told to use");

  private static final Trouble NO_GRPC =
      lasting(
          "speaks TLS but not gRPC, as the port of http.listen of a node does: give the port of"
              + " node.address",
          Amiss.ENDPOINT);

  private static final Trouble CLOSED =
      new Trouble(
          "closes the connection while TLS is set up", false, true, false, Amiss.ENDPOINT_OR_TLS);

  private static final Trouble NO_CERTIFICATE =
      ofTls(
          "requires a client certificate of an authority that it trusts, and got none: give this"
              + " client one with its key");

  /** What a node says of a client's certificate (RFC 8446, section 6.2). */
  private static final List<String> REFUSALS =
      List.of(
          "UNKNOWN_CA",
          "BAD_CERTIFICATE",
          "UNSUPPORTED_CERTIFICATE",
          "CERTIFICATE_REVOKED",
          "CERTIFICATE_EXPIRED",
          "CERTIFICATE_UNKNOWN",
          "ACCESS_DENIED");

  /** The alert is the same for both (RFC 8446, section 6.2): "expired or not currently valid". */
  private static final String OUT_OF_DATE =
      ": by the node's clock it has expired or is not valid yet)";

  /** The head of a message (an alert) of TLS, where frames of HTTP/2 are expected. */
  private static final String ALERT_BYTES = "first 5 bytes: 1503";

  private TlsTrouble() {}

  /** Null if it is about something else. */
  static @Nullable Trouble of(Status status) {
    CertificateRefusedException refused = cause(status, CertificateRefusedException.class);
    if (refused != null) {
      return lasting(String.valueOf(refused.getMessage()), refused.amiss());
    }
    if (cause(status, NotSslRecordException.class) != null) {
      return NO_TLS;
    }
    if (cause(status, FirstBytes.NoneException.class) != null) {
      return MAYBE_TLS;
    }
    SSLException other = cause(status, SSLException.class);
    if (other != null) {
      return of(String.valueOf(other.getMessage()).lines().findFirst().orElse(""));
    }
    String said = status.getDescription() + " " + status.getCause();
    if (said.contains("Failed ALPN negotiation")) {
      return NO_GRPC;
    }
    if (said.contains(ALERT_BYTES)) {
      return EXPECTS_TLS;
    }
    return said.contains("while performing TLS negotiation") ? CLOSED : null;
  }

  /**
   * Judges by the name of an alert, which BoringSSL and the JDK write alike but for the case. A
   * client takes the connection for made before the node has judged its certificate (RFC 8446,
   * section 4.4.2), so that a refusal comes later; no request was read by then.
   */
  private static Trouble of(String said) {
    String alert = said.toUpperCase(Locale.ROOT);
    if (alert.contains("CERTIFICATE_REQUIRED")) {
      return NO_CERTIFICATE;
    }
    if (alert.contains("ALERT")) {
      for (String refusal : REFUSALS) {
        if (alert.contains(refusal)) {
          return ofTls(
              "refuses the certificate of this client ("
                  + refusal.toLowerCase(Locale.ROOT)
                  + (refusal.equals("CERTIFICATE_EXPIRED") ? OUT_OF_DATE : ")"));
        }
      }
    }
    if (alert.contains("PROTOCOL_VERSION") || alert.contains("UNSUPPORTED_PROTOCOL")) {
      return ofTls("does not speak TLS 1.3 (" + said + ")");
    }
    return new Trouble(
        "cannot agree on TLS with this client (" + said + ")",
        false,
        false,
        false,
        Amiss.ENDPOINT_OR_TLS);
  }

  private static Trouble ofTls(String what) {
    return lasting(what, Amiss.TLS);
  }

  /**
   * One that stays until the client or the node gets other settings, and found before a request.
   */
  private static Trouble lasting(String what, Amiss amiss) {
    return new Trouble(what, true, true, false, amiss);
  }

  private static <T extends Throwable> @Nullable T cause(Status status, Class<T> type) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
