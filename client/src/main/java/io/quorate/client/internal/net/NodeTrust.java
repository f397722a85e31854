package io.quorate.client.internal.net;

import io.quorate.client.internal.net.Trouble.Amiss;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges the certificates of nodes as the JDK does, and says in words why one is refused: the JDK
 * has one type of exception for a name that does not fit and for an authority that is not trusted.
 */
final class NodeTrust extends X509ExtendedTrustManager {
  /** In {@link X509Certificate#getSubjectAlternativeNames}. */
  private static final List<Integer> DNS_OR_IP = List.of(2, 7);

  private final X509ExtendedTrustManager judge;
  private final String authorities;

  /**
   * @param authorities what {@code judge} trusts, for messages
   */
  NodeTrust(X509ExtendedTrustManager judge, String authorities) {
    this.judge = judge;
    this.authorities = authorities;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    try {
      judge.checkServerTrusted(chain, kind, engine);
    } catch (CertificateException refused) {
      String why = whyForAnyName(chain, kind);
      throw why == null
          ? new CertificateRefusedException(
              ofOtherNames(chain[0], engine, refused), Amiss.ENDPOINT_OR_TLS, refused)
          : new CertificateRefusedException(why, Amiss.TLS, refused);
    }
  }

  /** Null if all is well but for what the engine knows: the name. */
  private @Nullable String whyForAnyName(X509Certificate[] chain, String kind) {
    try {
      chain[0].checkValidity();
      judge.checkServerTrusted(chain, kind);
      return null;
    } catch (CertificateExpiredException expired) {
      return "its certificate expired at " + chain[0].getNotAfter().toInstant();
    } catch (CertificateNotYetValidException early) {
      return "its certificate is not valid before " + chain[0].getNotBefore().toInstant();
    } catch (CertificateException untrusted) {
      return "its certificate is not trusted by " + authorities + ": " + innermost(untrusted);
    }
  }

  private static String ofOtherNames(
      X509Certificate certificate, SSLEngine engine, CertificateException refused) {
    return "its certificate is for "
        + names(certificate)
        + ", not for "
        + engine.getPeerHost()
        + ": dial it by a name of its certificate, or say the name to expect ("
        + innermost(refused)
        + ")";
  }

  private static String names(X509Certificate certificate) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      List<String> names =
          all == null
              ? List.of()
              : all.stream()
                  .filter(each -> DNS_OR_IP.contains(each.get(0)))
                  .map(each -> String.valueOf(each.get(1)))
                  .toList();
      return names.isEmpty() ? "no host" : String.join(", ", names);
    } catch (CertificateException unreadable) {
      return "names that cannot be read";
    }
  }

  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    judge.checkServerTrusted(chain, kind);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    judge.checkServerTrusted(chain, kind, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    throw new CertificateException("a client trusts no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("a client trusts no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    throw new CertificateException("a client trusts no clients");
  }
}
