package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * How an owner holds a lock, or wants to.
 *
 * @param shared whether other owners may hold it at the same time
 * @param atMost how many owners may hold it, this one among them, when this one gets it; 0: as many
 *     as can hold any lock. Always 0 if it is not shared
 */
public record LockMode(boolean shared, int atMost) {
  /** One owner alone. */
  public static final LockMode EXCLUSIVE = new LockMode(false, 0);

  /** Any number of owners that share it. */
  public static final LockMode SHARED = new LockMode(true, 0);

  /** A number of owners that share it. */
  public static LockMode sharedAmong(int owners) {
    return new LockMode(true, owners);
  }

  /** The number of owners beside which one may not get the lock any more. */
  int limit() {
    return !shared ? 1 : atMost == 0 ? LockLimits.HOLDERS_MAX : atMost;
  }

  @Nullable String refusal() {
    if (!shared && atMost != 0) {
      return "at most %d holders of a lock that is not shared".formatted(atMost);
    }
    return atMost >= 0 && atMost <= LockLimits.HOLDERS_MAX
        ? null
        : "a lock that is shared among at most %d owners: give 1 to %d, or no limit"
            .formatted(atMost, LockLimits.HOLDERS_MAX);
  }

  /** In words, after "the owner holds the lock". */
  String words() {
    return !shared
        ? "exclusively"
        : atMost == 0 ? "shared" : "shared among at most %d".formatted(atMost);
  }

  /** A number: 0 if it is exclusive, else one more than the limit. */
  void writeTo(ByteWriter out) {
    out.writeInt(shared ? atMost + 1 : 0);
  }

  static LockMode read(ByteReader in) {
    int number = in.readInt(LockLimits.HOLDERS_MAX + 1);
    return number == 0 ? EXCLUSIVE : new LockMode(true, number - 1);
  }
}
