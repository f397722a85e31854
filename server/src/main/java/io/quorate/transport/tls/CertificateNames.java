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
import java.util.stream.Stream;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate names.
 *
 * @param hosts names, in lower case
 * @param addresses of hosts, of the internet
 * @param uris as they are
 * @param commonName of its subject, the most specific; null for none
 */
record CertificateNames(
    List<String> hosts, List<String> addresses, List<String> uris, @Nullable String commonName) {
  /** Kinds of alternative names (RFC 5280, section 4.2.1.6). */
  private static final int DNS = 2;

  private static final int URI = 6;
  private static final int IP = 7;

  CertificateNames {
    hosts = List.copyOf(hosts);
    addresses = List.copyOf(addresses);
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
    return new CertificateNames(
        named.getOrDefault(DNS, new TreeSet<>()).stream().map(CertificateNames::lower).toList(),
        List.copyOf(named.getOrDefault(IP, new TreeSet<>())),
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

  /** The JDK has the most specific part last. */
  private static @Nullable String commonName(X509Certificate certificate) {
    String found = null;
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        Attribute names = part.toAttributes().get("CN");
        found = names == null ? found : String.valueOf(names.get());
      }
    } catch (NamingException malformed) {
      return null;
    }
    return found;
  }

  /**
   * Whether a host is named: itself, or, as in RFC 6125, section 6.4.3, by a {@code *} in the place
   * of its first label. An address has to be named itself.
   */
  boolean nameHost(String host) {
    byte @Nullable [] address = NetUtil.createByteArrayFromIpAddressString(host);
    if (address != null) {
      return addresses.stream()
          .map(NetUtil::createByteArrayFromIpAddressString)
          .anyMatch(each -> each != null && Arrays.equals(each, address));
    }
    String name = lower(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    int dot = name.indexOf('.');
    return hosts.contains(name) || (dot > 0 && hosts.contains("*" + name.substring(dot)));
  }

  /** Hosts and addresses, in this order. */
  List<String> places() {
    return Stream.concat(hosts.stream(), addresses.stream()).toList();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
