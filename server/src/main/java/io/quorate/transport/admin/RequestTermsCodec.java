package io.quorate.transport.admin;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.admin.RequestTerms;
import io.quorate.cluster.RequestKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Reads the terms of a request from the fields that {@code quorate.v1} has for them. */
final class RequestTermsCodec {
  private static final int ID_BYTES = 2 * Long.BYTES;

  private RequestTermsCodec() {}

  /**
   * Reads the terms of a request.
   *
   * @param withoutId the rest of the request
   * @throws IllegalArgumentException if there is no such request; says why
   */
  static RequestTerms read(ByteString id, long expectedStateVersion, Message withoutId) {
    if (expectedStateVersion < 0) {
      throw new IllegalArgumentException(
          "expected_state_version %s: give the state_version of a plan or of a status, or 0 for any"
              .formatted(Long.toUnsignedString(expectedStateVersion)));
    }
    if (id.isEmpty()) {
      return new RequestTerms(RequestKey.NONE, 0, expectedStateVersion, null);
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
    return new RequestTerms(key, hash(withoutId), expectedStateVersion, null);
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
}
