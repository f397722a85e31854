package io.quorate.client.internal.net;

import io.quorate.client.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;

/** Where a node listens; an IPv6 address stands in brackets. */
public record Endpoint(String host, int port) {

  /**
   * Reads {@code host:port}.
   *
   * @throws IllegalArgumentException if it is not that; the message says what is
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    boolean wellFormed = !host.isEmpty() && (bracketed || host.indexOf(':') < 0);
    int port = wellFormed ? port(text.substring(colon + 1)) : -1;
    if (port < 0) {
      throw new IllegalArgumentException(
          "endpoint " + Quoted.of(text) + ": give host:port, such as 127.0.0.1:7401 or [::1]:7401");
    }
    return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, port);
  }

  /**
   * Reads addresses separated by commas, where one that is only a port stands on the host before
   * it: {@code 127.0.0.1:7401,7402} names two.
   *
   * @throws IllegalArgumentException if a part of the text is not an address
   */
  public static List<String> parseAll(String text) {
    List<String> addresses = new ArrayList<>();
    String host = null;
    for (String entry : text.split(",", -1)) {
      String address = entry.strip();
      if (!address.isEmpty()) {
        boolean portAlone = host != null && address.indexOf(':') < 0 && port(address) > 0;
        Endpoint endpoint = parse(portAlone ? host + ":" + address : address);
        host = endpoint.host().indexOf(':') < 0 ? endpoint.host() : "[" + endpoint.host() + "]";
        addresses.add(endpoint.toString());
      }
    }
    return addresses;
  }

  private static int port(String digits) {
    try {
      int port = Integer.parseInt(digits);
      return port >= 1 && port <= 65_535 ? port : -1;
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
