package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.TextForm;
import io.quorate.client.QuorateClient;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scan",
    description = {
      "Prints the entries whose key begins with a prefix, one a line.",
      "Key and value are separated by a tab; with --json each line is an object. Entries come in "
          + "partition order, by key within a partition."
    })
public final class ScanCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();

  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Default: all keys.")
  private String prefix = "";

  @Option(names = "--limit", paramLabel = "N", description = "Stop after N entries. Default: none")
  private long limit;

  @Option(names = "--keys-only", description = "Leave the values out.")
  private boolean keysOnly;

  public ScanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (limit < 0) {
      throw cluster.usage("--limit " + limit + ": give 1 or more, or 0 for no limit");
    }
    Output output = cluster.output(console);
    byte[] prefixBytes = forms.parse(prefix, cluster);
    try (QuorateClient client = cluster.connect();
        Scan scan =
            client.keyValue().scan(prefixBytes, cluster.scan().limit(limit).keysOnly(keysOnly))) {
      long count = 0;
      while (scan.hasNext()) {
        ScanEntry entry = scan.next();
        output.item(json(entry), () -> line(entry));
        count++;
      }
      if (!output.json()) {
        console.out().flush();
        output.note(
            count
                + (count == 1 ? " entry" : " entries")
                + (scan.potentiallyStale() ? ", potentially stale" : ""));
      }
    }
    return ExitCode.DONE;
  }

  private String line(ScanEntry entry) {
    String keyText = oneLine(entry.key());
    return keysOnly ? keyText : keyText + "\t" + oneLine(entry.value());
  }

  /** Tabs and line ends inside are written as in C, so that a line stays one entry. */
  private String oneLine(byte[] bytes) {
    return forms.form() == TextForm.UTF8 ? TextForm.onOneLine(bytes) : forms.form().print(bytes);
  }

  private Map<String, Object> json(ScanEntry entry) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", entry.key());
    if (!keysOnly) {
      Json.putBytes(object, "value", entry.value());
    }
    Results.putVersion(object, entry.version());
    if (entry.expiresAtMillis() != 0) {
      object.put("expires_at_ms", entry.expiresAtMillis());
    }
    return object;
  }
}
