package io.quorate.node.config;

/**
 * Where something listens or is reached.
 *
 * @param host name or address; IPv6 without brackets
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {

  /**
   * Reads {@code host:port} or {@code [v6]:port}.
   *
   * @throws IllegalArgumentException if it is neither; the message says what is allowed
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      host = "";
    }
    int port = -1;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException notANumber) {
      port = -1;
    }
    if (host.isEmpty() || !host.equals(host.strip()) || port < 0 || port > 65535) {
      throw new IllegalArgumentException("not host:port with a port from 0 to 65535");
    }
    return new HostPort(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
