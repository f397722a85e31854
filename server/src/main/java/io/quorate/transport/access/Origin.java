package io.quorate.transport.access;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.quorate.transport.RemotePlace;
import io.quorate.transport.tls.ShownCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a connection says of the one at its other end.
 *
 * @param from host:port; null if it is not known
 * @param address null if it is none of the internet
 * @param certificate its subject; null if none was shown
 * @param isEncrypted whether the connection has TLS
 */
public record Origin(
    @Nullable String from,
    @Nullable InetAddress address,
    @Nullable String certificate,
    boolean isEncrypted) {
  static final Origin UNKNOWN = new Origin(null, null, null, false);

  /**
   * Of a connection of HTTP.
   *
   * @param remote its other end
   * @param certificate its subject; null if none was shown
   */
  public static Origin of(
      @Nullable SocketAddress remote, @Nullable String certificate, boolean isEncrypted) {
    return new Origin(RemotePlace.of(remote), address(remote), certificate, isEncrypted);
  }

  static Origin of(Attributes connection) {
    return new Origin(
        RemotePlace.of(connection),
        address(connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
        ShownCertificate.subject(connection),
        connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION) != null);
  }

  private static @Nullable InetAddress address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress socket ? socket.getAddress() : null;
  }
}
