package io.quorate.client.internal.login;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** How a token is shown with a call. */
final class BearerToken {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private BearerToken() {}

  /** Why a call may not show one; null if it may. */
  static @Nullable Status refusal(CallCredentials.RequestInfo call) {
    return call.getSecurityLevel() == SecurityLevel.PRIVACY_AND_INTEGRITY
        ? null
        : Status.PERMISSION_DENIED.withDescription(
            "a login takes TLS, and the connection has none: nothing was sent");
  }

  static Metadata header(String token) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    return headers;
  }
}
