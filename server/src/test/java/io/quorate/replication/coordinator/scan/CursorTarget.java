package io.quorate.replication.coordinator.scan;

import com.google.protobuf.ByteString;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import java.util.List;
import java.util.SplittableRandom;

/** What a client gives back to go on with a scan. */
public final class CursorTarget {
  private static final int PARTITIONS = 256;

  private CursorTarget() {}

  public static FuzzTarget create() {
    return new DecoderTarget<>(
        "scan-cursor",
        CursorTarget::sample,
        bytes -> {
          ScanCursor cursor = ScanCursor.of(bytes, PARTITIONS);
          if (cursor != null && (cursor.partition() < 0 || cursor.partition() >= PARTITIONS)) {
            throw new AssertionError("goes on in partition " + cursor.partition());
          }
          return ByteString.copyFrom(cursor == null ? bytes : cursor.toBytes(versionOf(cursor)));
        },
        ByteString::toByteArray,
        List.of());
  }

  private static int versionOf(ScanCursor cursor) {
    return cursor.tenant() == ScanCursor.ANY_TENANT && !cursor.reverse() ? 1 : 2;
  }

  private static byte[] sample(SplittableRandom random) {
    byte[] after = new byte[random.nextInt(20)];
    random.nextBytes(after);
    return new ScanCursor(
            random.nextInt(1 << 20), random.nextInt(PARTITIONS), after, random.nextBoolean())
        .toBytes(1 + random.nextInt(2));
  }
}
