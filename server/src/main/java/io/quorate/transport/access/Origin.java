package io.quorate.transport.access;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.quorate.transport.RemotePlace;
import io.quorate.transport.tls.ShownCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

  static Origin of(Attributes connection) {
    return new Origin(
        RemotePlace.of(connection),
        connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress socket
            ? socket.getAddress()
            : null,
        ShownCertificate.subject(connection),
        connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION) != null);
  }
}
