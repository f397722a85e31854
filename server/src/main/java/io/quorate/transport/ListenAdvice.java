package io.quorate.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** What to do about an address that a node cannot listen on. */
public final class ListenAdvice {
  private ListenAdvice() {}

  /**
   * Returns what to do.
   *
   * @param setting where another address can be given
   */
  public static String of(String host, String setting) {
    return isOfThisMachine(host)
        ? "stop what uses the port, or configure another"
        : "this machine has no address %s: set %s to one that it has, or to 0.0.0.0 with the port"
            .formatted(host, setting);
  }

  private static boolean isOfThisMachine(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException unknown) {
      return true;
    }
  }
}
