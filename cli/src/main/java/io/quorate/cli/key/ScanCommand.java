package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.cli.output.Output;
import io.quorate.client.MapValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.Scan;
import io.quorate.client.ScanEntry;
import io.quorate.client.ScanOptions;
import io.quorate.client.Siblings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scan",
    description = {
      "Prints the entries whose key begins with a prefix, one a line.",
      "Key and value are separated by a tab; with --json each line is an object. Entries come in "
          + "partition order, by key within a partition; with --reverse in the opposite order.",
      "--start and --end bound the keys, which are compared byte by byte: --start 2024 --end 2025"
          + " prints the keys from 2024 on that come before 2025.",
      "In a tenant with model SIBLINGS, each sibling has a line of its own; --json has all of a key"
          + " in one object, with their context. In tenants with model SETS and MAPS, each value"
          + " has a line of its own; in maps, after the name and the kind of its field."
    })
public final class ScanCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();

  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Default: all keys.")
  private String prefix = "";

  @Option(
      names = "--start",
      paramLabel = "KEY",
      description = "Leave out keys below KEY. From cluster version 2 on.")
  private String start = "";

  @Option(
      names = "--end",
      paramLabel = "KEY",
      description = "Leave out KEY and keys above it. From cluster version 2 on.")
  private String end = "";

  @Option(
      names = "--reverse",
      description = "Print them in the opposite order. From cluster version 2 on.")
  private boolean reverse;

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
    ScanOptions options =
        cluster
            .scan()
            .limit(limit)
            .keysOnly(keysOnly)
            .start(forms.parse(start, cluster))
            .end(forms.parse(end, cluster))
            .reverse(reverse);
    try (QuorateClient client = cluster.connect();
        Scan scan = client.keyValue().scan(prefixBytes, options)) {
      Results results = Results.of(client, cluster);
      long count = 0;
      while (scan.hasNext()) {
        ScanEntry entry = scan.next();
        output.item(json(entry, results), () -> lines(entry));
        count++;
      }
      if (!output.json()) {
        console.out().flush();
        output.note(
            count
                + (count == 1 ? " entry" : " entries")
                + (scan.potentiallyStale() ? ", potentially stale" : ""));
      } else if (scan.potentiallyStale()) {
        output.note("quorate: potentially stale: entries may be missing or old");
      }
    }
    return ExitCode.DONE;
  }

  /** One line, or one for each sibling. */
  private String lines(ScanEntry entry) {
    SiblingForms form = new SiblingForms(forms.form());
    String keyText = form.onOneLine(entry.key());
    if (keysOnly) {
      return keyText;
    }
    MapValue fields = entry.fields();
    if (fields != null) {
      List<String> lines = new FieldForms(forms.form()).lines(fields);
      return lines.isEmpty()
          ? keyText + "\t"
          : lines.stream()
              .map(line -> keyText + "\t" + line)
              .collect(Collectors.joining(System.lineSeparator()));
    }
    Siblings<byte[]> siblings = entry.siblings();
    return (siblings == null ? List.of(entry.value()) : siblings.values())
        .stream()
            .map(value -> keyText + "\t" + form.onOneLine(value))
            .collect(Collectors.joining(System.lineSeparator()));
  }

  private Map<String, Object> json(ScanEntry entry, Results results) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", entry.key());
    Siblings<byte[]> siblings = entry.siblings();
    if (siblings != null) {
      new SiblingForms(forms.form()).putJson(object, siblings, !keysOnly, results);
      return object;
    }
    MapValue fields = entry.fields();
    if (fields != null) {
      object.put("fields", FieldForms.json(fields));
      return object;
    }
    if (!keysOnly) {
      Json.putBytes(object, "value", entry.value());
    }
    results.putVersion(object, entry.version());
    if (entry.expiresAtMillis() != 0) {
      object.put("expires_at_ms", entry.expiresAtMillis());
    }
    return object;
  }
}
