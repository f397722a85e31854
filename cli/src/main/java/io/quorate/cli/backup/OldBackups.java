package io.quorate.cli.backup;

import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.backup.inventory.Deletion;
import io.quorate.cli.backup.inventory.Retention;
import io.quorate.cli.backup.inventory.Retention.Stays;
import io.quorate.cli.backup.run.Reasons;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deletes the old backups of a place.
 *
 * @param age for people
 * @param directory the place, as it was given
 */
record OldBackups(Retention retention, BackupPlace place, String directory, Duration age) {
  /**
   * Refuses to go on if it is not certain what would be lost.
   *
   * @throws CommandFailedException if it is not
   */
  void requireAllKnown() {
    if (isUncertain()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "nothing was changed: %s cannot be read, and may be based on one that would be deleted: %s. Use the release, or the user, that made what cannot be read, or give --ignore-unreadable"
              .formatted(String.join(", ", retention.unreadable()), names()));
    }
  }

  /** Says in a dry run that nothing would be deleted, if it is not certain what would be lost. */
  void noteUnknown(Output output) {
    if (isUncertain()) {
      output.note(
          "%s cannot be read, and may be based on one that would be deleted: nothing is deleted without --ignore-unreadable"
              .formatted(String.join(", ", retention.unreadable())));
    }
  }

  private boolean isUncertain() {
    return !retention.old().isEmpty() && !retention.unreadable().isEmpty();
  }

  /**
   * Refuses to go on without {@code --yes}.
   *
   * @throws CommandFailedException if something would be deleted
   */
  void requireYes() {
    if (!retention.old().isEmpty()) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was changed: %s would be deleted, which cannot be undone: %s. Give --yes; --dry-run shows what is kept, and why"
              .formatted(counted(retention.old().size()), names()));
    }
  }

  /**
   * Deletes them.
   *
   * @return the names of those whose directories are left, for other files are in them
   */
  List<String> delete() {
    List<String> deleted = new ArrayList<>();
    List<String> left = new ArrayList<>();
    for (BackupSummary each : retention.old()) {
      try {
        if (!new Deletion(place.backup(each.name())).run()) {
          left.add(each.name());
        }
      } catch (IOException failed) {
        throw Reasons.stopped(
            "%s cannot be deleted, and those after it were not (deleted before: %s)"
                .formatted(each.name(), deleted.isEmpty() ? "none" : String.join(", ", deleted)),
            failed,
            "if quorate backup list shows it as unfinished, delete it by its name");
      }
      deleted.add(each.name());
    }
    return left;
  }

  private List<String> old() {
    return retention.old().stream().map(BackupSummary::name).toList();
  }

  private String names() {
    return String.join(", ", old());
  }

  private static String counted(int backups) {
    return backups == 1 ? "1 backup" : backups + " backups";
  }

  /** Returns what was done, for programs. */
  Map<String, Object> json(boolean dryRun, List<String> left) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("place", directory);
    object.put("dry_run", dryRun);
    object.put("deleted_backups", old());
    object.put("directories_left", left);
    object.put("not_old", retention.young());
    object.put("kept", retention.kept().stream().map(OldBackups::json).toList());
    object.put("left_alone", retention.leftAlone().stream().map(OldBackups::json).toList());
    return object;
  }

  private static Map<String, Object> json(Stays backup) {
    return Map.of("name", backup.name(), "why", backup.why());
  }

  /** Returns what was done, in words. */
  String text(boolean dryRun) {
    List<String> lines = new ArrayList<>();
    lines.add(
        retention.old().isEmpty()
            ? "nothing to delete in " + directory
            : "%s %s: %s"
                .formatted(
                    dryRun ? "would delete" : "deleted", counted(retention.old().size()), names()));
    if (retention.young() > 0) {
      lines.add(
          "kept %s not older than %s"
              .formatted(counted(retention.young()), RetentionOptions.text(age)));
    }
    retention.kept().forEach(each -> lines.add("kept %s: %s".formatted(each.name(), each.why())));
    retention
        .leftAlone()
        .forEach(each -> lines.add("left alone %s: %s".formatted(each.name(), each.why())));
    return String.join("\n", lines);
  }
}
