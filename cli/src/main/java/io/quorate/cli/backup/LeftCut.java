package io.quorate.cli.backup;

import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.admin.BackupCut;
import io.quorate.client.admin.Backups;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The cut of an exact backup that an earlier run left unfinished, as it stands now. While it can be
 * read, that run was killed: another one would have ended it.
 *
 * @param begun what the earlier run wrote of it
 * @param now null if the cluster knows of none of this number
 */
record LeftCut(ExactEntry begun, @Nullable BackupCut now) {
  private static final int COUNTER_BITS = 16;

  /** Of the last hybrid time of a millisecond, as moments that were named are. */
  private static final long COUNTER_MAX = (1L << COUNTER_BITS) - 1;

  /** Looks at the cut of an earlier run. */
  static LeftCut of(ExactEntry begun, Backups backups, Patience patience)
      throws InterruptedException {
    try {
      return new LeftCut(begun, patience.call(() -> backups.cut(begun.cut())));
    } catch (InvalidRequestException unknown) {
      return new LeftCut(begun, null);
    }
  }

  /** Returns the cut if it can be read still; null if it has ended. */
  @Nullable BackupCut readable() {
    BackupCut cut = now;
    // Numbers may come again in a metadata group that was recovered from an older copy.
    return cut != null
            && cut.step() == BackupCut.Step.SEALED
            && cut.id() == begun.cut()
            && cut.hlc() == begun.time()
        ? cut
        : null;
  }

  /**
   * Returns why a backup cannot go on with it; null if it can.
   *
   * @param asOf the moment that is asked for; null: one that the cluster chooses
   */
  @Nullable String objection(@Nullable Instant asOf) {
    if (!isOf(begun.time(), asOf)) {
      return "it is as of %s, and another moment is asked for".formatted(begun.asOf());
    }
    if (readable() != null) {
      return null;
    }
    return now == null || now.reason().isEmpty()
        ? "its cut has ended"
        : "its cut has ended: " + now.reason();
  }

  /**
   * Whether a cut of this hybrid time is of the moment that was asked for. Moments that the cluster
   * chooses are not the last of their millisecond.
   *
   * @param asOf null: one that the cluster chooses
   */
  static boolean isOf(long hlc, @Nullable Instant asOf) {
    return asOf == null
        ? (hlc & COUNTER_MAX) != COUNTER_MAX
        : hlc == (asOf.toEpochMilli() << COUNTER_BITS | COUNTER_MAX);
  }
}
