package io.quorate.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** What to do about an address that a node cannot listen on. */
public final class ListenAdvice {
  private static final String PORT_IN_USE = "stop what uses the port, or configure another";

  private ListenAdvice() {}

  /**
   * Returns what to do.
   *
   * @param setting where another address can be given
   */
  public static String of(String host, String setting) {
    return isOfThisMachine(host)
        ? PORT_IN_USE
        : "this machine has no address %s: set %s to one that it has, or to 0.0.0.0 with the port"
            .formatted(host, setting);
  }

  /** Returns what to do where a node listens on the address under which others are to reach it. */
  public static String ofNodeAddress(String host) {
    return isOfThisMachine(host)
        ? PORT_IN_USE
        : ("this machine has no address %s: correct node.address; or, if others reach this machine"
                + " by that address, set node.listen to one that it has, or to 0.0.0.0 with the"
                + " port")
            .formatted(host);
  }

  private static boolean isOfThisMachine(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      // All of 127.0.0.0/8 can be listened on, and an interface names only one of them. Debian
      // gives
      // a machine's own name 127.0.1.1.
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException unknown) {
      return true;
    }
  }
}
