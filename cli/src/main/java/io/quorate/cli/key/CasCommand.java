package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.client.Condition;
import io.quorate.client.QuorateClient;
import io.quorate.client.WriteOptions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "cas",
    description = {
      "Compares and sets: stores a value under a key, or deletes it, if it has what is expected.",
      "Only in tenants with model LINEARIZABLE. Exit code 1 if the key has something else; then"
          + " nothing was changed."
    })
public final class CasCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();
  @Mixin private FenceOption fence = new FenceOption();

  @Parameters(paramLabel = "KEY", description = "The key.")
  private String key = "";

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Expected expected = new Expected();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Change change = new Change();

  private static final class Expected {
    @Option(names = "--expect", paramLabel = "VALUE", description = "The value that it must have.")
    private @Nullable String value;

    @Option(names = "--absent", description = "It must have no value.")
    private boolean absent;
  }

  private static final class Change {
    @Option(names = "--put", paramLabel = "VALUE", description = "The value that it is to have.")
    private @Nullable String value;

    @Option(names = "--delete", description = "It is to be deleted.")
    private boolean delete;
  }

  public CasCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] keyBytes = forms.parse(key, cluster);
    Condition condition =
        expected.absent || expected.value == null
            ? Condition.absent()
            : Condition.value(forms.parse(expected.value, cluster));
    byte @Nullable [] value =
        change.delete || change.value == null ? null : forms.parse(change.value, cluster);
    WriteOptions options = fence.write(cluster).onlyIf(condition);
    try (QuorateClient client = cluster.connect()) {
      Written written =
          Written.of(
              value == null
                  ? client.keyValue().delete(keyBytes, options)
                  : client.keyValue().put(keyBytes, value, options));
      cluster
          .output(console)
          .result(
              written.json(keyBytes, Results.of(client, cluster)),
              () -> written.text(value == null ? "deleted" : "stored"));
      return ExitCode.DONE;
    }
  }
}
