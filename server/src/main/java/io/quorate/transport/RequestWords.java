package io.quorate.transport;

import com.google.protobuf.ByteString;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.RequestKey;
import java.nio.ByteBuffer;

/**
 * How a request is told from another one, and what it expects, in the words of {@code quorate.v1}.
 *
 * @param key {@link RequestKey#NONE} if its sender gave none
 * @param expectedStateVersion 0: any
 */
record RequestWords(RequestKey key, long expectedStateVersion) {
  private static final int ID_BYTES = 2 * Long.BYTES;

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if there is no such request; says why
   */
  static RequestWords of(ByteString id, long expectedStateVersion) {
    if (expectedStateVersion < 0) {
      throw new IllegalArgumentException(
          "expected_state_version %s: give the state_version of a plan or of a status, or 0 for any"
              .formatted(Long.toUnsignedString(expectedStateVersion)));
    }
    if (id.isEmpty()) {
      return new RequestWords(RequestKey.NONE, expectedStateVersion);
    }
    if (id.size() != ID_BYTES) {
      throw new IllegalArgumentException(
          "request_id of %d bytes: give %d random bytes, the same on each retry, or none"
              .formatted(id.size(), ID_BYTES));
    }
    ByteBuffer bytes = id.asReadOnlyByteBuffer();
    RequestKey key = new RequestKey(bytes.getLong(), bytes.getLong());
    if (key.equals(RequestKey.NONE)) {
      throw new IllegalArgumentException(
          "request_id is %d zeros: give random bytes, the same on each retry, or none"
              .formatted(ID_BYTES));
    }
    return new RequestWords(key, expectedStateVersion);
  }

  /** Returns the command that asks for a change in this way. */
  Command asksFor(Command change) {
    return key.equals(RequestKey.NONE) && expectedStateVersion == 0
        ? change
        : new Requested(key, expectedStateVersion, change);
  }
}
