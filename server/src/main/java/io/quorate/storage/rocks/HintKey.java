package io.quorate.storage.rocks;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.Hint;
import java.nio.ByteBuffer;

/**
 * Keys of column family {@code hints}: a kind (1 byte), the target (8 bytes, big-endian), the
 * partition (2), and for a hint the tenant (4) and the key. Values are empty. So the hints for one
 * node follow each other by partition and key, and its marks for repair follow each other.
 */
final class HintKey {
  static final byte HINT = 1;
  static final byte REPAIR = 2;

  private static final int TARGET_AT = 1;
  private static final int PARTITION_AT = TARGET_AT + Long.BYTES;
  private static final int TENANT_AT = PARTITION_AT + Short.BYTES;
  private static final int KEY_AT = TENANT_AT + Integer.BYTES;

  private HintKey() {}

  static byte[] of(Hint hint) {
    byte[] key = hint.key().bytes();
    return begin(KEY_AT + key.length, HINT, hint.target())
        .putShort((short) hint.partition())
        .putInt(hint.key().tenant())
        .put(key)
        .array();
  }

  static byte[] repair(NodeId target, int partition) {
    return begin(TENANT_AT, REPAIR, target).putShort((short) partition).array();
  }

  /** What all keys of one kind and target begin with. */
  static byte[] all(byte kind, NodeId target) {
    return begin(PARTITION_AT, kind, target).array();
  }

  private static ByteBuffer begin(int bytes, byte kind, NodeId target) {
    return ByteBuffer.allocate(bytes).put(kind).putLong(target.value());
  }

  static NodeId target(byte[] stored) {
    return new NodeId(ByteBuffer.wrap(stored).getLong(TARGET_AT));
  }

  static int partition(byte[] stored) {
    return ByteBuffer.wrap(stored).getShort(PARTITION_AT) & 0xFFFF;
  }

  static Hint hint(byte[] stored) {
    byte[] key = new byte[stored.length - KEY_AT];
    ByteBuffer.wrap(stored).get(KEY_AT, key);
    int tenant = ByteBuffer.wrap(stored).getInt(TENANT_AT);
    return new Hint(target(stored), partition(stored), new Key(tenant, key));
  }
}
