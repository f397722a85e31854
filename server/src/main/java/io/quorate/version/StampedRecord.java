package io.quorate.version;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record of a write that its client has stamped. Whichever node makes it, and however
 * often, it is the same record, so that an attempt that is repeated stores what the first one did.
 *
 * <p>In place of a node and its boots, the version has 95 bits of a hash over all that the record
 * is made from. So two writes that happen to have one hybrid time have two versions, and equal
 * versions are equal bytes.
 */
public final class StampedRecord {
  private static final byte[] DOMAIN = "quorate-write-stamp-1".getBytes(US_ASCII);

  private StampedRecord() {}

  /**
   * Makes the record.
   *
   * @param epoch that the client knows; kept in the record
   * @param expiresAtMillis in milliseconds since 1970; 0: never
   * @param value null for a deletion
   */
  public static Record of(
      Key key,
      RequestId request,
      long hlc,
      long epoch,
      long expiresAtMillis,
      byte @Nullable [] value) {
    ByteBuffer hash = ByteBuffer.wrap(hash(key, request, hlc, epoch, expiresAtMillis, value));
    NodeId node = new NodeId(hash.getLong());
    int boot = hash.getInt() & Integer.MAX_VALUE;
    Version version = new Version(0, hlc, node, boot);
    return value == null
        ? Record.tombstone(version, epoch)
        : Record.value(version, epoch, expiresAtMillis, value);
  }

  private static byte[] hash(
      Key key,
      RequestId request,
      long hlc,
      long epoch,
      long expiresAtMillis,
      byte @Nullable [] value) {
    ByteBuffer numbers = ByteBuffer.allocate(2 * Integer.BYTES + 5 * Long.BYTES + 1);
    numbers.putInt(key.tenant()).putInt(key.bytes().length);
    numbers.putLong(request.session()).putLong(request.number());
    numbers.putLong(hlc).putLong(epoch).putLong(expiresAtMillis);
    numbers.put((byte) (value == null ? 0 : 1));
    MessageDigest digest = sha256();
    digest.update(DOMAIN);
    digest.update(numbers.array());
    digest.update(key.bytes());
    if (value != null) {
      digest.update(value);
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
