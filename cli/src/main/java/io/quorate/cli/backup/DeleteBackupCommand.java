package io.quorate.cli.backup;

import io.quorate.cli.backup.inventory.Deletion;
import io.quorate.cli.backup.inventory.Dependents;
import io.quorate.cli.backup.inventory.Retention;
import io.quorate.cli.backup.store.BackupPlace;
import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.backup.store.FileNames;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a backup, or those that are old. */
@Command(
    name = "delete",
    description = {
      "Deletes a backup, finished or not: the files that it wrote, and its directory if nothing"
          + " else is in it. With --older-than, deletes all that are finished and old.",
      "It cannot be undone. A run that was stopped goes on when the same command is given again."
    })
public final class DeleteBackupCommand implements Callable<Integer> {
  private final Console console;
  private final InstantSource clock;

  @Mixin private LocalOptions options = new LocalOptions();

  @Mixin private StorageOptions storage = new StorageOptions();

  @Mixin private TakeOverOption takeOver = new TakeOverOption();

  @Parameters(
      paramLabel = "DIR/NAME",
      description =
          "The backup: its directory, or s3://BUCKET/PREFIX/NAME. With --older-than, the place of"
              + " the backups: DIR, or s3://BUCKET/PREFIX.")
  private String directory = "";

  @Option(
      names = "--with-dependents",
      description =
          "Delete the backups at the same place, too, that are based on it, and those that are"
              + " based on them. Without this option, it is refused if there are any.")
  private boolean withDependents;

  @Mixin private RetentionOptions retention = new RetentionOptions();

  @Option(
      names = "--ignore-unreadable",
      description =
          "Delete though a backup in the same place cannot be read, by this release or by this"
              + " user, and may be based on what is deleted.")
  private boolean ignoreUnreadable;

  @Option(names = "--yes", description = "Required: it cannot be undone.")
  private boolean yes;

  public DeleteBackupCommand(Console console) {
    this(console, InstantSource.system());
  }

  DeleteBackupCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Output output = options.output(console);
    Duration age = retention.olderThan();
    return age == null ? deleteOne(output) : deleteOld(output, age);
  }

  private int deleteOld(Output output, Duration age) throws IOException {
    if (withDependents) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "--with-dependents is of a single backup: --older-than keeps what others need that stay");
    }
    BackupPlace place =
        storage.existingPlace(directory, takeOver.given(), options.warnings(output));
    Retention found = Retention.of(place, age, retention.keep(), clock.instant());
    if (found.isOfNone()) {
      storage.requireNoBackup(directory);
    }
    OldBackups old = new OldBackups(found, place, directory, age);
    if (!retention.dryRun()) {
      if (!ignoreUnreadable) {
        old.requireAllKnown();
      }
      if (!yes) {
        old.requireYes();
      }
    }
    List<String> left = retention.dryRun() ? List.of() : old.delete();
    output.result(old.json(retention.dryRun(), left), () -> old.text(retention.dryRun()));
    if (retention.dryRun() && !ignoreUnreadable) {
      old.noteUnknown(output);
    }
    if (!left.isEmpty() && !options.json()) {
      output.note(
          "the directories of these were left, for other files are in them: "
              + String.join(", ", left));
    }
    return ExitCode.DONE;
  }

  private int deleteOne(Output output) throws IOException {
    BackupStore store = storage.backup(directory, takeOver.given(), options.warnings(output));
    if (!store.holdsBackup()) {
      throw new CommandFailedException(
          ExitCode.NOT_FOUND, directory + ": there is no backup, and nothing was deleted");
    }
    Deletion deletion = new Deletion(store);
    if (deletion.isOfAnother()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "nothing was changed: %s has no file of records, and its %s or %s is not of a backup, or damaged. If it was one, delete it by hand"
              .formatted(directory, FileNames.MANIFEST, FileNames.PROGRESS));
    }
    Dependents found = Dependents.of(store.beside(), store.name());
    if (!found.possible().isEmpty() && !ignoreUnreadable) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "nothing was changed: %s cannot be read, and may be based on %s. Use the release, or the user, that made what cannot be read, or give --ignore-unreadable"
              .formatted(String.join(", ", found.possible()), directory));
    }
    List<String> dependents = found.names();
    if (!dependents.isEmpty() && !withDependents) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "nothing was changed: %s %s based on %s, and could not be restored without it. Give --with-dependents to delete all of them"
              .formatted(
                  String.join(", ", dependents), dependents.size() == 1 ? "is" : "are", directory));
    }
    if (!yes) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was changed: the backup %s%s would be deleted, which cannot be undone. Give --yes"
              .formatted(
                  directory,
                  dependents.isEmpty() ? "" : ", and with it " + String.join(", ", dependents)));
    }
    BackupPlace place = store.beside();
    // Each before its base: what is left if the process is killed can be restored.
    for (String each : dependents) {
      boolean unused = new Deletion(place.backup(each)).run();
    }
    boolean gone = deletion.run();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("deleted", directory);
    object.put("dependents_deleted", dependents);
    object.put("directory_left", !gone);
    output.result(
        object,
        () ->
            dependents.isEmpty()
                ? "deleted backup " + directory
                : "deleted backup %s, and before it %s"
                    .formatted(directory, String.join(", ", dependents)));
    if (!gone && !options.json()) {
      output.note("its directory was left, for other files are in it");
    }
    return ExitCode.DONE;
  }
}
