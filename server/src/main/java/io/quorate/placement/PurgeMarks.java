package io.quorate.placement;

import io.quorate.version.Hlc;

/**
 * How far the purge rounds of a partition have come, as hybrid times; 0 means no round
 * (docs/design/purge.md).
 *
 * <p>What is at or below {@code purged} and deleted is gone for good, on every replica. So that no
 * late write can come to lie there, none is stamped at or below {@code promised}.
 *
 * @param promised no replica takes a fresh stamp up to here, unless it holds a newer version of the
 *     key
 * @param purged never above {@code promised}
 */
public record PurgeMarks(long promised, long purged) {
  /** Of a partition that was never purged. */
  public static final PurgeMarks NONE = new PurgeMarks(0, 0);

  public PurgeMarks {
    if (Long.compareUnsigned(purged, promised) > 0) {
      throw new IllegalArgumentException(
          "purged up to %s, and promised only up to %s"
              .formatted(Hlc.toString(purged), Hlc.toString(promised)));
    }
  }

  /** Whether a round has begun and has not been confirmed. */
  public boolean isOpen() {
    return promised != purged;
  }
}
