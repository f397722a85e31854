package io.quorate.cli.command;

import java.util.ArrayList;
import java.util.List;

/**
 * Addresses of nodes as people write them: {@code host:port,host:port}, where an entry that is only
 * a port stands on the host before it, so {@code 127.0.0.1:7401,7402,7403} names three.
 */
final class Endpoints {
  static final String DEFAULT = "127.0.0.1:7401,7402,7403";

  private Endpoints() {}

  /**
   * The addresses, each as {@code host:port}, in the order given.
   *
   * @throws IllegalArgumentException if an entry is not an address; the message names it
   */
  static List<String> parse(String text) {
    List<String> addresses = new ArrayList<>();
    String host = null;
    for (String entry : text.split(",", -1)) {
      String address = entry.strip();
      if (address.contains("://")) {
        throw new IllegalArgumentException(
            "endpoint '" + address + "': write host:port alone, as in 127.0.0.1:7401");
      }
      int colon = address.lastIndexOf(':');
      if (colon > 0) {
        host = address.substring(0, colon);
        if (host.indexOf(':') >= 0 && !(host.startsWith("[") && host.endsWith("]"))) {
          throw new IllegalArgumentException(
              "endpoint '" + address + "': write an IPv6 host in brackets, as in [::1]:7401");
        }
      }
      if (host == null) {
        throw new IllegalArgumentException(
            "endpoint '" + address + "': expected host:port, as in 127.0.0.1:7401");
      }
      addresses.add(host + ":" + port(address, address.substring(colon + 1)));
    }
    return addresses;
  }

  private static int port(String address, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, together with numbers out of range.
    }
    throw new IllegalArgumentException(
        "endpoint '" + address + "': '" + text + "' is not a port from 1 to 65535");
  }
}
