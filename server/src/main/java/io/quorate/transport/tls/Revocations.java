package io.quorate.transport.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists of the certificates that authorities have revoked (RFC 5280, section 5). Certificates of an
 * authority that has no list here are not looked up.
 *
 * <p>A list names a certificate by its issuer's name and its number, so it also holds for what the
 * authority signed with an earlier key. Lookups ignore dates: a list that is out of date still
 * refuses what it names. The JDK's own check would then accept those certificates, or refuse all.
 *
 * @param fingerprint of the bytes that they were read from, so that these are not read again: to
 *     read megabytes takes seconds
 */
record Revocations(List<X509CRL> lists, String fingerprint) {
  static final Revocations NONE = new Revocations(List.of(), "");

  private static final String DELTA = "2.5.29.27";

  /** Says which certificates a list is about, if not all; the JDK takes it for known. */
  private static final String SCOPE = "2.5.29.28";

  /** Place in {@link X509Certificate#getKeyUsage}. */
  private static final int SIGNS_LISTS = 6;

  /** Says which certificate was revoked, and when; null if no list names it. */
  @Nullable String whyRevoked(X509Certificate certificate) {
    for (X509CRL list : lists) {
      X509CRLEntry entry = list.getRevokedCertificate(certificate);
      if (entry != null) {
        return "certificate of '%s' (number %s, of '%s') was revoked at %s"
            .formatted(
                certificate.getSubjectX500Principal(),
                certificate.getSerialNumber().toString(16),
                certificate.getIssuerX500Principal(),
                entry.getRevocationDate().toInstant());
      }
    }
    return null;
  }

  /** Says so for the first certificate that a list names; null if there is none. */
  @Nullable String whyRevoked(Collection<X509Certificate> certificates) {
    return certificates.stream()
        .map(this::whyRevoked)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Returns the earliest date at which a list is out of date; null if no list has one. */
  @Nullable Instant nextUpdate() {
    return ends().min(Instant::compareTo).orElse(null);
  }

  private Stream<Instant> ends() {
    return lists.stream().filter(each -> each.getNextUpdate() != null).map(Revocations::end);
  }

  private static Instant end(X509CRL list) {
    return list.getNextUpdate().toInstant();
  }

  /** Returns the lists that are not among these. */
  Revocations without(List<X509CRL> known) {
    return new Revocations(
        lists.stream().filter(each -> !known.contains(each)).toList(), fingerprint);
  }

  /** Whether both say the same, however it is written down. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Revocations those && lists.equals(those.lists);
  }

  @Override
  public int hashCode() {
    return lists.hashCode();
  }

  /** Names a list that is out of date; null if there is none. */
  @Nullable String whyOutdated(long nowMillis) {
    Instant now = Instant.ofEpochMilli(nowMillis);
    for (X509CRL list : lists) {
      if (list.getNextUpdate() != null && now.isAfter(end(list))) {
        return named(list)
            + " was to be replaced by "
            + end(list)
            + " (its nextUpdate): have the authority make the next one";
      }
    }
    return null;
  }

  /**
   * Why these are not to be believed, or do not say all that they seem to; null if they can be
   * used.
   *
   * @param authorities whose lists count
   */
  @Nullable String whyUnfit(Collection<X509Certificate> authorities) {
    for (X509CRL list : lists) {
      if (authorities.stream().noneMatch(each -> isSigned(list, each))) {
        return named(list)
            + " is not signed by one of tls.authorities, nor by one that follows the node's own in"
            + " tls.certificate; put its authority there, or take the list out";
      }
      if (list.hasUnsupportedCriticalExtension() || !isComplete(list)) {
        return named(list)
            + " is a delta, or an indirect list, or has critical extensions that are not known; put"
            + " the complete list of the authority's own certificates there";
      }
    }
    return null;
  }

  private static boolean isComplete(X509CRL list) {
    Set<String> critical = list.getCriticalExtensionOIDs();
    Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
    return (critical == null || !(critical.contains(DELTA) || critical.contains(SCOPE)))
        && (entries == null
            || entries.stream().allMatch(each -> each.getCertificateIssuer() == null));
  }

  private static boolean isSigned(X509CRL list, X509Certificate authority) {
    boolean[] usage = authority.getKeyUsage();
    if (!authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())
        || (usage != null && !usage[SIGNS_LISTS])) {
      return false;
    }
    try {
      list.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException byAnotherKey) {
      return false;
    }
  }

  private static String named(X509CRL list) {
    return "the list of '" + list.getIssuerX500Principal() + "'";
  }
}
