package io.quorate.cli.backup;

import io.quorate.cli.backup.file.BaseEntry;
import io.quorate.cli.backup.inventory.BackupSummary;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Table;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists backups. */
@Command(
    name = "list",
    description = {
      "Lists the backups in a directory or on object storage, finished or not. Asks no cluster.",
      "It reads what they say of themselves; quorate backup verify reads all of one."
    })
public final class ListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private LocalOptions options = new LocalOptions();

  @Mixin private StorageOptions storage = new StorageOptions();

  @Parameters(paramLabel = "DIR", description = "Directory of backups, or s3://BUCKET/PREFIX.")
  private String directory = "";

  public ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<BackupSummary> found = BackupSummary.in(storage.existingPlace(directory));
    if (found.isEmpty()) {
      storage.requireNoBackup(directory);
    }
    options
        .output(console)
        .result(
            Map.of("backups", found.stream().map(ListCommand::json).toList()), () -> text(found));
    return ExitCode.DONE;
  }

  private static Map<String, Object> json(BackupSummary each) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", each.name());
    BackupForms.putKind(object, each);
    BaseEntry base = each.base();
    if (base != null) {
      object.put("base", base.name());
      object.put("chain", base.chain());
    }
    object.put("began", each.began());
    object.put("tenants", each.tenants().size());
    object.put("keys", each.keys());
    object.put("bytes", each.bytes());
    object.put("file_bytes", each.fileBytes());
    object.put("state", each.stateWord());
    if (each.laterFormat() != 0) {
      object.put("format", each.laterFormat());
    }
    return object;
  }

  private String text(List<BackupSummary> found) {
    if (found.isEmpty()) {
      return "no backups in " + directory;
    }
    Table table =
        new Table(
            "backup", "kind", "base", "began", "tenants>", "keys>", "size>", "files>", "state");
    for (BackupSummary each : found) {
      BaseEntry base = each.base();
      table.row(
          each.name(),
          BackupForms.kind(each),
          base == null ? "" : base.name(),
          each.began(),
          each.tenants().size(),
          String.format(Locale.ROOT, "%,d", each.keys()),
          Bytes.text(each.bytes()),
          Bytes.text(each.fileBytes()),
          each.stateInWords());
    }
    return table.toString();
  }
}
