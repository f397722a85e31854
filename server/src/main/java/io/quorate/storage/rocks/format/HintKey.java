package io.quorate.storage.rocks.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.DeadLetter;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Lack;
import io.quorate.storage.HintStore.Missed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys of column family {@code hints}: a kind (1 byte), the target (8 bytes, big-endian), the
 * partition (2), and for a hint the tenant (4) and the key; so the hints for one node follow each
 * other by partition and key, and its marks for repair follow each other. A pause has the target
 * alone, or not even that: then it is for all. The value of a hint is epoch (8) and stamp (8), or
 * empty if it was written by a version that kept neither. That of a mark is empty, or one byte of 0
 * if nothing is known to be missed; release 0.1 writes none with that byte, and reads them all as
 * marks. Other values are empty.
 *
 * <p>Keys of column family {@code dead_letters} are those of hints; values are epoch (8), stamp
 * (8), the time it was given up (8) and the reason.
 */
public final class HintKey {
  public static final byte HINT = 1;
  public static final byte REPAIR = 2;
  public static final byte PAUSE = 3;

  private static final byte[] MISSED = {};
  private static final byte[] MAY_BE_MISSED = {0};
  private static final int TARGET_AT = 1;
  private static final int PARTITION_AT = TARGET_AT + Long.BYTES;
  private static final int TENANT_AT = PARTITION_AT + Short.BYTES;
  private static final int REASON_AT = 3 * Long.BYTES;
  private static final int KEY_AT = TENANT_AT + Integer.BYTES;

  private HintKey() {}

  public static byte[] of(Hint hint) {
    byte[] key = hint.key().bytes();
    return begin(KEY_AT + key.length, HINT, hint.target())
        .putShort((short) hint.partition())
        .putInt(hint.key().tenant())
        .put(key)
        .array();
  }

  public static byte[] repair(NodeId target, int partition) {
    return begin(TENANT_AT, REPAIR, target).putShort((short) partition).array();
  }

  public static byte[] pause(@Nullable NodeId target) {
    return target == null ? new byte[] {PAUSE} : begin(PARTITION_AT, PAUSE, target).array();
  }

  /** Whether this version may read what lies in {@code hints} as what its kind says. */
  public static boolean isWellFormed(byte[] stored) {
    return switch (stored.length == 0 ? 0 : stored[0]) {
      case 0 -> false;
      case HINT -> stored.length >= KEY_AT;
      case REPAIR -> stored.length == TENANT_AT;
      case PAUSE -> stored.length == TARGET_AT || stored.length == PARTITION_AT;
      default -> true; // of a newer version: passed over
    };
  }

  /** Whether this version may read what lies in {@code dead_letters}. */
  public static boolean isDeadLetter(byte[] stored, byte[] value) {
    return stored.length >= KEY_AT && stored[0] == HINT && value.length >= REASON_AT;
  }

  /** Whose pause a key says; null for that of all. */
  public static @Nullable NodeId paused(byte[] stored) {
    return stored.length == TARGET_AT ? null : target(stored);
  }

  public static byte[] value(Missed missed) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(missed.epoch())
        .putLong(missed.stamp())
        .array();
  }

  public static Missed missed(byte[] value) {
    if (value.length < 2 * Long.BYTES) {
      return Missed.UNKNOWN;
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    return new Missed(in.getLong(), in.getLong());
  }

  public static byte[] value(Lack lack) {
    return lack == Lack.KNOWN ? MISSED : MAY_BE_MISSED;
  }

  public static Lack lack(byte[] value) {
    return Arrays.equals(value, MAY_BE_MISSED) ? Lack.POSSIBLE : Lack.KNOWN;
  }

  public static byte[] value(DeadLetter letter) {
    byte[] reason = letter.reason().getBytes(UTF_8);
    return ByteBuffer.allocate(REASON_AT + reason.length)
        .put(value(letter.missed()))
        .putLong(letter.sinceMillis())
        .put(reason)
        .array();
  }

  public static DeadLetter deadLetter(byte[] stored, byte[] value) {
    long since = ByteBuffer.wrap(value).getLong(2 * Long.BYTES);
    String reason = new String(value, REASON_AT, value.length - REASON_AT, UTF_8);
    return new DeadLetter(hint(stored), missed(value), since, reason);
  }

  /** What all keys of one kind and target begin with. */
  public static byte[] all(byte kind, NodeId target) {
    return begin(PARTITION_AT, kind, target).array();
  }

  private static ByteBuffer begin(int bytes, byte kind, NodeId target) {
    return ByteBuffer.allocate(bytes).put(kind).putLong(target.value());
  }

  public static NodeId target(byte[] stored) {
    return new NodeId(ByteBuffer.wrap(stored).getLong(TARGET_AT));
  }

  public static int partition(byte[] stored) {
    return ByteBuffer.wrap(stored).getShort(PARTITION_AT) & 0xFFFF;
  }

  public static Hint hint(byte[] stored) {
    byte[] key = new byte[stored.length - KEY_AT];
    ByteBuffer.wrap(stored).get(KEY_AT, key);
    int tenant = ByteBuffer.wrap(stored).getInt(TENANT_AT);
    return new Hint(target(stored), partition(stored), new Key(tenant, key));
  }
}
