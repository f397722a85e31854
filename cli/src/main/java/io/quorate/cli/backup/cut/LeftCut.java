package io.quorate.cli.backup.cut;

import io.quorate.cli.backup.file.ExactEntry;
import io.quorate.cli.command.Patience;
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
public record LeftCut(ExactEntry begun, @Nullable BackupCut now) {
  /** Looks at the cut of an earlier run. */
  public static LeftCut of(ExactEntry begun, Backups backups, Patience patience)
      throws InterruptedException {
    try {
      return new LeftCut(begun, patience.call(() -> backups.cut(begun.cut())));
    } catch (InvalidRequestException unknown) {
      return new LeftCut(begun, null);
    }
  }

  /** Returns the cut if it can be read still; null if it has ended. */
  public @Nullable BackupCut readable() {
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
  public @Nullable String objection(@Nullable Instant asOf) {
    if (!isOf(begun.time(), Instant.parse(begun.asOf()), asOf)) {
      return "it is as of %s, and another moment is asked for".formatted(begun.asOf());
    }
    if (readable() != null) {
      return null;
    }
    return ended(now);
  }

  /** Says that a cut has ended, and why if that is known. */
  static String ended(@Nullable BackupCut cut) {
    return cut == null || cut.reason().isEmpty()
        ? "its cut has ended"
        : "its cut has ended: " + cut.reason();
  }

  /**
   * Whether a cut is of the moment that was asked for.
   *
   * @param asOf null: one that the cluster chooses
   */
  public static boolean isOf(BackupCut cut, @Nullable Instant asOf) {
    return isOf(cut.hlc(), cut.asOf(), asOf);
  }

  private static boolean isOf(long hlc, Instant millisecond, @Nullable Instant asOf) {
    return asOf == null ? hlc != BackupCut.hlcAsOf(millisecond) : hlc == BackupCut.hlcAsOf(asOf);
  }
}
