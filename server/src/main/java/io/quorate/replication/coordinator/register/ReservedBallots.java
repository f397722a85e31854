package io.quorate.replication.coordinator.register;

import io.quorate.model.Key;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ballots that replicas have promised to this node when they accepted a register of it, for its
 * next proposal of the key (docs/design/linearizable.md#reserved). No I/O.
 *
 * <p>Each is given out once: no two registers are ever accepted by one ballot. One that is lost
 * costs a round, and nothing else.
 */
final class ReservedBallots {
  /** A larger register is not kept: its value costs more than a round without one. */
  private static final int REGISTER_BYTES_MAX = 64 * 1024;

  /** Bytes that an entry takes beside those of its key and of its register, about. */
  private static final int BYTES_BESIDE = 200;

  private final long bytesMax;

  /** The one that was used or promised longest ago first. */
  private final Map<Key, Reserved> byKey = new LinkedHashMap<>();

  private long bytes;

  /**
   * What a proposer needs for a proposal without preparation.
   *
   * @param ballot no replica of a quorum accepts anything below it
   * @param accepted by the highest ballot below that, at the same replicas
   */
  record Reserved(Version ballot, Record accepted) {}

  /**
   * @param bytesMax how many bytes are kept, about
   */
  ReservedBallots(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Whether a ballot may be kept for what follows upon a register. */
  static boolean isSmallEnough(Record register) {
    return register.bytes().length <= REGISTER_BYTES_MAX;
  }

  void put(Key key, Reserved reserved) {
    Reserved unused = take(key);
    byKey.put(key, reserved);
    bytes += bytes(key, reserved);
    Iterator<Map.Entry<Key, Reserved>> oldest = byKey.entrySet().iterator();
    while (bytes > bytesMax && oldest.hasNext()) {
      Map.Entry<Key, Reserved> gone = oldest.next();
      bytes -= bytes(gone.getKey(), gone.getValue());
      oldest.remove();
    }
  }

  /** Gives the ballot for a key out; null if there is none. */
  @Nullable Reserved take(Key key) {
    Reserved taken = byKey.remove(key);
    if (taken != null) {
      bytes -= bytes(key, taken);
    }
    return taken;
  }

  private static long bytes(Key key, Reserved reserved) {
    return (long) key.bytes().length + reserved.accepted().bytes().length + BYTES_BESIDE;
  }
}
