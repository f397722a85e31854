package io.quorate.cli.security;

import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.util.IPAddress;

/**
 * The hosts that the certificate of a node names.
 *
 * @param hosts names and IP addresses, at least one; the first is the name of its directory
 */
public record NodeHosts(List<String> hosts) {
  private static final int NAME_CHARS_MAX = 253;

  /** Without underscores: Java finds no certificate to fit a name that has them. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*", Pattern.DOTALL);

  /** What ends so is meant as an IPv4 address, and is none. */
  private static final Pattern NUMBER_LAST = Pattern.compile("(.*\\.)?[0-9]+", Pattern.DOTALL);

  public NodeHosts {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("a node has no host");
    }
    for (String host : hosts) {
      requireHost(host);
    }
  }

  /**
   * Reads {@code host}, or {@code host+host2+...}.
   *
   * @throws IllegalArgumentException if one of them is no host; the message says what is allowed
   */
  public static NodeHosts parse(String text) {
    return new NodeHosts(List.of(text.split("\\+", -1)));
  }

  private static void requireHost(String host) {
    boolean known =
        isAddress(host)
            || (host.length() <= NAME_CHARS_MAX
                && NAME.matcher(host).matches()
                && !NUMBER_LAST.matcher(host).matches());
    if (!known) {
      throw new IllegalArgumentException(
          ("%s is no host: give a name of letters, digits, '-' and '.', or an IP address, without a"
                  + " port")
              .formatted(Shown.of(host)));
    }
  }

  static boolean isAddress(String host) {
    return IPAddress.isValid(host);
  }

  String directory() {
    return hosts.getFirst();
  }

  @Override
  public String toString() {
    return String.join("+", hosts);
  }
}
