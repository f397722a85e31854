package io.quorate.transport.tls;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.quorate.model.Quoted;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates are those of nodes, and of which nodes. An authority issues certificates to
 * clients, too, and a node must not be able to speak as another one.
 *
 * <p>A certificate is a node's if it says so, by the URI {@code quorate:node}, or if it matches one
 * of the operator's patterns. It is then that of the node whose host it names. Node ids are no part
 * of it: a node whose disk is lost comes back with another id, to the same host. Where a
 * certificate does name an id, by {@code quorate://CLUSTER/node/NODE}, it is that node's wherever
 * that is, and no other's.
 */
public final class NodeCertificates {
  private static final String MARK = "quorate:node";
  private static final int NAMES_TOLD_MAX = 5;

  private static final NodeCertificates NOT_LOOKED_AT =
      new NodeCertificates(List.of(), false, false);

  private final List<NodePattern> patterns;
  private final boolean looksAt;
  private final boolean takesPlaintext;

  private NodeCertificates(List<NodePattern> patterns, boolean looksAt, boolean takesPlaintext) {
    this.patterns = List.copyOf(patterns);
    this.looksAt = looksAt;
    this.takesPlaintext = takesPlaintext;
  }

  /** Without TLS no node can show one. */
  static NodeCertificates notLookedAt() {
    return NOT_LOOKED_AT;
  }

  /**
   * @param patterns by which certificates are known that do not say that they are of nodes; empty
   *     for none
   * @param takesPlaintext whether nodes may come without TLS, as long as a cluster goes over to it
   */
  static NodeCertificates of(List<NodePattern> patterns, boolean takesPlaintext) {
    return new NodeCertificates(patterns, true, takesPlaintext);
  }

  /**
   * Why no node is at the other end of a connection, whichever it says to be; null if one may be.
   *
   * @param connection attributes of a call on it
   */
  public @Nullable String refusal(Attributes connection) {
    return refusal(connection, null);
  }

  /**
   * Why this node is not at the other end of a connection; null if it is.
   *
   * @param connection attributes of a call on it
   */
  public @Nullable String refusal(Attributes connection, @Nullable ClaimedNode claimed) {
    if (!looksAt) {
      return null;
    }
    if (connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION) == null) {
      return takesPlaintext ? null : "it came without TLS";
    }
    X509Certificate shown = ShownCertificate.of(connection);
    return shown == null
        ? "it has shown no certificate: a node has to, whatever tls.client_certificates says"
        : refusal(shown, claimed);
  }

  /**
   * Returns of which addresses, host:port, the host is named by the certificate that was shown on a
   * connection.
   *
   * @param connection attributes of a call on it
   */
  public Predicate<String> named(Attributes connection) {
    X509Certificate shown = ShownCertificate.of(connection);
    if (shown == null) {
      return address -> false;
    }
    CertificateNames names = CertificateNames.of(shown);
    return address -> names.nameHost(host(address));
  }

  /** Whether a certificate is that of some node. */
  boolean areThose(X509Certificate shown) {
    return looksAt && refusal(shown, null) == null;
  }

  /** Why a certificate is not that of a node, or of this node; null if it is. */
  @Nullable String refusal(X509Certificate shown, @Nullable ClaimedNode claimed) {
    CertificateNames names = CertificateNames.of(shown);
    List<String> ids =
        names.uris().stream().filter(each -> each.startsWith(CertifiedNode.SCHEME)).toList();
    if (ids.isEmpty() && !isMarked(names)) {
      return named(shown)
          + " is not that of a node: among its alternative names is no URI "
          + MARK
          + (patterns.isEmpty() ? "" : ", and it matches nothing of tls.nodes");
    }
    if (claimed == null) {
      return null;
    }
    return ids.isEmpty()
        ? refusalByHosts(shown, names, claimed)
        : refusalByIds(shown, ids, claimed);
  }

  private boolean isMarked(CertificateNames names) {
    return names.uris().contains(MARK) || patterns.stream().anyMatch(each -> each.matches(names));
  }

  private static @Nullable String refusalByIds(
      X509Certificate shown, List<String> ids, ClaimedNode claimed) {
    for (String each : ids) {
      CertifiedNode of = CertifiedNode.parse(each);
      if (of != null
          && of.node().equals(claimed.node())
          && (claimed.cluster() == null || of.cluster().equals(claimed.cluster()))) {
        return null;
      }
    }
    return named(shown)
        + " is for "
        + quoted(ids)
        + ", and not for node "
        + claimed.node()
        + (claimed.cluster() == null ? "" : " of cluster " + claimed.cluster());
  }

  private static @Nullable String refusalByHosts(
      X509Certificate shown, CertificateNames names, ClaimedNode claimed) {
    for (String address : claimed.addresses()) {
      String host = host(address);
      if (!names.nameHost(host)) {
        return named(shown)
            + " names "
            + (names.places().isEmpty() ? "no host" : quoted(names.places()))
            + ", and not "
            + Quoted.of(host)
            + ", where node "
            + claimed.node()
            + " is";
      }
    }
    return null;
  }

  private static String host(String address) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static String named(X509Certificate shown) {
    return "its certificate, of " + Quoted.of(shown.getSubjectX500Principal().getName()) + ",";
  }

  /** Whatever an authority let into a certificate: a line of the log has an end. */
  private static String quoted(List<String> names) {
    String some =
        names.stream().limit(NAMES_TOLD_MAX).map(Quoted::of).collect(Collectors.joining(" and "));
    return names.size() > NAMES_TOLD_MAX
        ? some + " and " + (names.size() - NAMES_TOLD_MAX) + " more"
        : some;
  }
}
