package io.quorate.cli.backup;

import io.quorate.cli.backup.store.BackupStore;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a backup. */
@Command(
    name = "delete",
    description = {
      "Deletes a backup, finished or not: the files that it wrote, and its directory if nothing"
          + " else is in it.",
      "It cannot be undone. A run that was stopped goes on when the same command is given again."
    })
public final class DeleteBackupCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private LocalOptions options = new LocalOptions();

  @Mixin private StorageOptions storage = new StorageOptions();

  @Mixin private TakeOverOption takeOver = new TakeOverOption();

  @Parameters(
      paramLabel = "DIR/NAME",
      description = "The backup: its directory, or s3://BUCKET/PREFIX/NAME.")
  private String directory = "";

  @Option(names = "--yes", description = "Required: it cannot be undone.")
  private boolean yes;

  public DeleteBackupCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Output output = options.output(console);
    BackupStore store = storage.backup(directory, takeOver.given(), options.warnings(output));
    if (!store.holdsBackup()) {
      throw new CommandFailedException(
          ExitCode.NOT_FOUND, directory + ": there is no backup, and nothing was deleted");
    }
    if (!yes) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "nothing was changed: the backup "
              + directory
              + " would be deleted, which cannot be undone. Give --yes");
    }
    boolean gone = new Deletion(store).run();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("deleted", directory);
    object.put("directory_left", !gone);
    output.result(object, () -> "deleted backup " + directory);
    if (!gone && !options.json()) {
      output.note("its directory was left, for other files are in it");
    }
    return ExitCode.DONE;
  }
}
