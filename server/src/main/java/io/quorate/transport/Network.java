package io.quorate.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The network that a connection comes from, as far as one owner has it as a whole: /24 of IPv4, /64
 * of IPv6.
 *
 * @param bytes of its prefix; 0 if it is not known
 */
public record Network(int bytes, long prefix) {
  /**
   * As how many addresses a /64 of IPv6 counts: a host has one to itself, or shares it with a few
   * others.
   */
  public static final int ADDRESSES_PER_64 = 4;

  private static final int BYTES_OF_IPV4 = 3;
  private static final int BYTES_OF_IPV6 = 8;

  public static Network of(@Nullable SocketAddress from) {
    return of(from instanceof InetSocketAddress inet ? inet.getAddress() : null);
  }

  /** The /64 of an address of IPv6; null for any other. */
  public static @Nullable Network ofIpv6(@Nullable InetAddress address) {
    return address instanceof Inet6Address ? of(address) : null;
  }

  public static Network of(@Nullable InetAddress address) {
    if (address == null) {
      return new Network(0, 0);
    }
    int length = address instanceof Inet6Address ? BYTES_OF_IPV6 : BYTES_OF_IPV4;
    byte[] all = address.getAddress();
    long prefix = 0;
    for (int i = 0; i < length; i++) {
      prefix = (prefix << 8) | (all[i] & 0xFF);
    }
    return new Network(length, prefix);
  }
}
