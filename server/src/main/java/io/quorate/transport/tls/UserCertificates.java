package io.quorate.transport.tls;

import io.grpc.Attributes;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** As which user a connection is known, by the certificate that it has shown. */
public final class UserCertificates {
  private final List<UserPattern> patterns;
  private final NodeCertificates nodes;

  /**
   * @param patterns the first by which a certificate names a user counts
   */
  UserCertificates(List<UserPattern> patterns, NodeCertificates nodes) {
    this.patterns = List.copyOf(patterns);
    this.nodes = nodes;
  }

  /**
   * The user that is named; null if no certificate was shown, or it names none, or several.
   *
   * @param connection attributes of a call on it
   */
  public @Nullable String userOf(Attributes connection) {
    X509Certificate shown = ShownCertificate.of(connection);
    return shown == null ? null : userOf(shown);
  }

  /** The user that a certificate names, which was found good; null if it names none, or several. */
  public @Nullable String userOf(X509Certificate shown) {
    CertificateNames names = CertificateNames.of(shown);
    for (UserPattern pattern : patterns) {
      Set<String> users = pattern.users(names);
      if (!users.isEmpty()) {
        return users.size() == 1 ? users.iterator().next() : null;
      }
    }
    return null;
  }

  /**
   * Whether a certificate of a node was shown. It names no user, whatever else it says: a node may
   * be asked, and asks, for little.
   *
   * @param connection attributes of a call on it
   */
  public boolean isOfNode(Attributes connection) {
    X509Certificate shown = ShownCertificate.of(connection);
    return shown != null && isOfNode(shown);
  }

  /** Whether a certificate that was found good is that of a node. */
  public boolean isOfNode(X509Certificate shown) {
    return nodes.areThose(shown);
  }
}
