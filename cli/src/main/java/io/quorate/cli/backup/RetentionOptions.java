package io.quorate.cli.backup;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.model.DurationText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which backups are deleted for their age. */
final class RetentionOptions {
  private static final int KEEP_DEFAULT = 3;

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      converter = Durations.class,
      description =
          "Delete all finished backups in the place that were begun longer ago, such as 14d. A"
              + " backup on which a kept one is based is kept, and so are the newest of each tenant"
              + " (--keep). What is unfinished, damaged or cannot be read is left alone.")
  private @Nullable Duration olderThan;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description =
          "With --older-than: keep the N newest that can be restored of each tenant, whatever their"
              + " age is."
              + " Default: "
              + KEEP_DEFAULT)
  private @Nullable Integer keep;

  @Option(
      names = "--dry-run",
      description = "With --older-than: show what would be deleted, and what is kept and why.")
  private boolean dryRun;

  /**
   * Returns the age; null if no backup is deleted for its age.
   *
   * @throws CommandFailedException if what was given does not fit together
   */
  @Nullable Duration olderThan() {
    if (olderThan == null && (keep != null || dryRun)) {
      throw new CommandFailedException(
          ExitCode.USAGE, "--keep and --dry-run are of --older-than: give that, or leave them out");
    }
    if (olderThan != null && olderThan.isZero()) {
      throw new CommandFailedException(
          ExitCode.USAGE, "--older-than 0 would delete all but the newest: give an age, as 14d");
    }
    if (keep() < 1) {
      throw new CommandFailedException(ExitCode.USAGE, "--keep %d: give 1 or more".formatted(keep));
    }
    return olderThan;
  }

  int keep() {
    return keep == null ? KEEP_DEFAULT : keep;
  }

  boolean dryRun() {
    return dryRun;
  }

  /** Returns an age as it is given, in days if it is a whole number of them. */
  static String text(Duration age) {
    return !age.isZero() && age.equals(Duration.ofDays(age.toDays()))
        ? age.toDays() + "d"
        : DurationText.of(age);
  }
}
