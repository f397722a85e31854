package io.quorate.transport.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.RequestKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * How a request is told from another one, and what it expects, in the words of {@code quorate.v1}.
 *
 * @param key {@link RequestKey#NONE} if its sender gave none
 * @param content see {@link Requested#content}
 * @param expectedStateVersion 0: any
 * @param limits set together with the change; null: they stay
 */
record RequestWords(
    RequestKey key, long content, long expectedStateVersion, @Nullable LimitChange limits) {
  /** Of a request that has no id, and expects nothing. */
  static final RequestWords NONE = new RequestWords(RequestKey.NONE, 0, 0, null);

  private static final int ID_BYTES = 2 * Long.BYTES;

  /**
   * Reads them.
   *
   * @param withoutId the rest of the request
   * @throws IllegalArgumentException if there is no such request; says why
   */
  static RequestWords of(ByteString id, long expectedStateVersion, Message withoutId) {
    if (expectedStateVersion < 0) {
      throw new IllegalArgumentException(
          "expected_state_version %s: give the state_version of a plan or of a status, or 0 for any"
              .formatted(Long.toUnsignedString(expectedStateVersion)));
    }
    if (id.isEmpty()) {
      return new RequestWords(RequestKey.NONE, 0, expectedStateVersion, null);
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
    return new RequestWords(key, hash(withoutId), expectedStateVersion, null);
  }

  /** A part of SHA-256 over what is asked, and the values that are given. */
  private static long hash(Message request) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      String method = request.getDescriptorForType().getFullName(); // each has its own message
      sha256.update(method.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(sha256.digest(request.toByteArray())).getLong();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** Returns the command that asks for a change in this way. */
  Command asksFor(Command change) {
    return key.equals(RequestKey.NONE) && expectedStateVersion == 0 && limits == null
        ? change
        : new Requested(key, content, expectedStateVersion, limits, change);
  }

  /** Returns these words, with limits that are set together with the change. */
  RequestWords with(LimitChange together) {
    return new RequestWords(key, content, expectedStateVersion, together);
  }
}
