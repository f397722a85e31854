package io.quorate.client.internal.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Names of requests that change the cluster, as they travel: 16 bytes, the same on each retry. */
final class RequestIds {
  private RequestIds() {}

  /**
   * @param given by the caller; null: one is drawn
   */
  static ByteString bytes(@Nullable UUID given) {
    UUID id = given == null ? UUID.randomUUID() : given;
    return UnsafeByteOperations.unsafeWrap(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .flip());
  }
}
