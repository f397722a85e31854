package io.quorate.cli.backup;

import io.quorate.cli.backup.chain.Chain;
import io.quorate.cli.backup.file.Manifest;
import io.quorate.cli.backup.inventory.Verification;
import io.quorate.cli.backup.run.Tally;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.ProgressLine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads all of a backup. */
@Command(
    name = "verify",
    description = {
      "Reads all files of a backup: their lengths and checksums, and that every partition of every"
          + " tenant is there from its beginning to its end, once. Of one that is based on others,"
          + " it reads those, too, and that all is there which it takes from them. Asks no"
          + " cluster.",
      "Exit code 4 if something is wrong."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private LocalOptions options = new LocalOptions();

  @Mixin private StorageOptions storage = new StorageOptions();

  @Parameters(
      paramLabel = "DIR/NAME",
      description = "The backup: its directory, or s3://BUCKET/PREFIX/NAME.")
  private String directory = "";

  @Option(names = "--no-progress", description = "Show no progress bar.")
  private boolean noProgress;

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Chain chain = Chain.open(storage.backup(directory));
    Manifest manifest = chain.manifest();
    Tally tally = new Tally();
    List<String> faults;
    try (ProgressLine bar =
        new ProgressLine(
            console,
            !noProgress && !options.json(),
            "verifying",
            ProgressLine.Unit.MEBIBYTES,
            Verification.bytes(chain))) {
      faults =
          Verification.faults(
              chain, tally, (done, total) -> bar.at(done.done(), " " + done.text()));
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", manifest.name());
    BackupForms.putKind(object, manifest);
    BackupForms.putBase(object, manifest);
    object.put("whole", faults.isEmpty());
    object.put("files", manifest.files().size());
    object.put("keys", manifest.keys());
    object.put("keys_read", tally.keys());
    object.put("faults", faults);
    object.put("seconds", BackupForms.seconds(tally));
    options.output(console).result(object, () -> text(manifest, tally, faults));
    return faults.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private String text(Manifest manifest, Tally tally, List<String> faults) {
    return faults.isEmpty()
        ? String.format(
            Locale.ROOT,
            "%s is whole: %s %s%s, read in %.1f s",
            directory,
            BackupForms.contents(manifest.tenants()),
            BackupForms.kind(manifest),
            BackupForms.base(manifest),
            tally.seconds())
        : "%s is damaged, %d %s:%n%s"
            .formatted(
                directory,
                faults.size(),
                faults.size() == 1 ? "fault" : "faults",
                String.join("\n", faults));
  }
}
