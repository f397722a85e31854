package io.quorate.transport.tls;

import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate names.
 *
 * @param hosts names, in lower case, and addresses of the internet
 * @param uris as they are
 * @param commonName of its subject; empty for none
 */
record CertificateNames(List<String> hosts, List<String> uris, String commonName) {
  /** Kinds of alternative names (RFC 5280, section 4.2.1.6). */
  private static final int DNS = 2;

  private static final int URI = 6;
  private static final int IP = 7;

  CertificateNames {
    hosts = List.copyOf(hosts);
    uris = List.copyOf(uris);
  }

  /** Names that cannot be read are none. */
  static CertificateNames of(X509Certificate certificate) {
    Map<Integer, TreeSet<String>> named = new TreeMap<>();
    for (List<?> each : alternatives(certificate)) {
      if (each.get(0) instanceof Integer kind && each.get(1) instanceof String name) {
        named.computeIfAbsent(kind, unused -> new TreeSet<>()).add(name);
      }
    }
    TreeSet<String> hosts = new TreeSet<>();
    named.getOrDefault(DNS, new TreeSet<>()).forEach(each -> hosts.add(lower(each)));
    hosts.addAll(named.getOrDefault(IP, new TreeSet<>()));
    return new CertificateNames(
        List.copyOf(hosts),
        List.copyOf(named.getOrDefault(URI, new TreeSet<>())),
        commonName(certificate));
  }

  private static Collection<List<?>> alternatives(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException malformed) {
      return List.of();
    }
  }

  private static String commonName(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(each -> each.getType().equalsIgnoreCase("CN"))
              .map(each -> each.getValue().toString())
              .findFirst()
              .orElse("");
    } catch (InvalidNameException malformed) {
      return "";
    }
  }

  /**
   * Whether a host is named: itself, or, as in RFC 6125, section 6.4.3, by a {@code *} in the place
   * of its first label. An address has to be named itself.
   */
  boolean nameHost(String host) {
    byte @Nullable [] address = NetUtil.createByteArrayFromIpAddressString(host);
    if (address != null) {
      return hosts.stream()
          .map(NetUtil::createByteArrayFromIpAddressString)
          .anyMatch(each -> each != null && Arrays.equals(each, address));
    }
    String name = lower(host);
    int dot = name.indexOf('.');
    return hosts.contains(name) || (dot > 0 && hosts.contains("*" + name.substring(dot)));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
