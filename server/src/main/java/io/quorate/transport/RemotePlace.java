package io.quorate.transport;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Where a connection comes from, for people. */
public final class RemotePlace {
  private RemotePlace() {}

  /**
   * host:port; null if it is not known.
   *
   * @param connection attributes of a call on it
   */
  public static @Nullable String of(Attributes connection) {
    return of(connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
  }

  /** host:port; null if it is no address of the internet. */
  public static @Nullable String of(@Nullable SocketAddress from) {
    if (!(from instanceof InetSocketAddress at) || at.getAddress() == null) {
      return null;
    }
    String host = at.getAddress().getHostAddress();
    return (at.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + at.getPort();
  }
}
