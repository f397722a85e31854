package io.quorate.replication.tree;

import com.google.protobuf.ByteString;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;

/** Entries of the log of what writes change of hash trees, as they lie on disk. */
public final class TreeLogTarget {
  private TreeLogTarget() {}

  public static FuzzTarget create() {
    return new DecoderTarget<>(
        "tree-log",
        random -> {
          TreeChange change = new TreeChange();
          change.partition = random.nextInt(1 << 16);
          change.tenant = random.nextInt();
          change.leaf = random.nextInt(HashTree.LEAVES);
          change.all = random.nextLong();
          change.old = random.nextBoolean() ? random.nextLong() : 0;
          change.records = random.nextInt(3) - 1;
          change.keys = random.nextInt(3) - 1;
          change.tombstones = random.nextInt(3) - 1;
          change.purgeableFromMillis =
              random.nextBoolean() ? random.nextLong(1L << 40) : Long.MAX_VALUE;
          return bytes(change);
        },
        bytes -> ByteString.copyFrom(readAgain(bytes)),
        ByteString::toByteArray,
        List.of());
  }

  private static byte[] readAgain(byte[] bytes) {
    TreeChange change = new TreeChange();
    try {
      return change.read(ByteBuffer.wrap(bytes)) ? bytes(change) : bytes;
    } catch (BufferUnderflowException shorter) {
      return bytes;
    }
  }

  private static byte[] bytes(TreeChange change) {
    ByteBuffer bytes = ByteBuffer.allocate(TreeChange.BYTES_MAX);
    change.writeTo(bytes);
    byte[] written = new byte[bytes.flip().remaining()];
    bytes.get(written);
    return written;
  }
}
