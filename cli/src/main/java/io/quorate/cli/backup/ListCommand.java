package io.quorate.cli.backup;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "Lists the backups in a directory, finished or not. Asks no cluster.",
      "It reads what they say of themselves; quorate backup verify reads all of one."
    })
public final class ListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private LocalOptions options = new LocalOptions();

  @Parameters(paramLabel = "DIR", description = "Directory of backups.")
  private Path directory = Path.of("");

  public ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw Reasons.failed("no such directory: " + directory);
    }
    List<Listed> found = Listed.in(directory);
    options
        .output(console)
        .result(
            Map.of("backups", found.stream().map(ListCommand::json).toList()), () -> text(found));
    return ExitCode.DONE;
  }

  private static Map<String, Object> json(Listed each) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", each.name());
    object.put("kind", each.kind());
    object.put("began", each.began());
    object.put("tenants", each.tenants());
    object.put("keys", each.keys());
    object.put("bytes", each.bytes());
    object.put("state", state(each));
    return object;
  }

  private static String state(Listed each) {
    return each.state().name().toLowerCase(Locale.ROOT);
  }

  private String text(List<Listed> found) {
    if (found.isEmpty()) {
      return "no backups in " + directory;
    }
    Table table = new Table("backup", "kind", "began", "tenants>", "keys>", "size>", "state");
    for (Listed each : found) {
      table.row(
          each.name(),
          each.kind(),
          each.began(),
          each.tenants(),
          String.format(Locale.ROOT, "%,d", each.keys()),
          Bytes.text(each.bytes()),
          state(each));
    }
    return table.toString();
  }
}
