package io.quorate.node.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where something listens or is reached.
 *
 * @param host name or address; IPv6 without brackets
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {
  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

  /** As resolvers and containers take them, underscores included; or an IPv4 address. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?");

  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private static final Pattern IPV6 =
      Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9_.-]{1,15})?");

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
    String digits = text.substring(colon + 1);
    int port = PORT.matcher(digits).matches() ? Integer.parseInt(digits) : -1;
    boolean known = NAME.matcher(host).matches() || IPV6.matcher(host).matches();
    if (!known || port < 0 || port > 65535) {
      throw new IllegalArgumentException("not host:port with a port from 0 to 65535");
    }
    return new HostPort(host, port);
  }

  /**
   * Whether the host is an IP address of loopback, or the name localhost. Other names are not
   * looked up: what they lead to may change.
   */
  public boolean isLoopback() {
    InetAddress address = literal();
    return address != null && address.isLoopbackAddress();
  }

  /**
   * Whether a process that listens at one of them cannot listen at the other: the port is the same
   * and not one that the system chooses, and the hosts are the same or one of them is any address
   * of the machine. Names are not looked up.
   */
  public boolean overlaps(HostPort other) {
    if (port == 0 || port != other.port) {
      return false;
    }
    InetAddress here = literal();
    InetAddress there = other.literal();
    return host.equalsIgnoreCase(other.host)
        || (here != null && (here.isAnyLocalAddress() || here.equals(there)))
        || (there != null && there.isAnyLocalAddress());
  }

  /** Returns the address that the host is; null if it is a name, other than localhost. */
  private @Nullable InetAddress literal() {
    String address = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
    if (!IPV4.matcher(address).matches() && !IPV6.matcher(address).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException noAddress) {
      return null;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
