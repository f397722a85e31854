package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.client.IncrementOptions;
import io.quorate.client.IncrementResult;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "increment",
    description = {
      "Adds to the number that a key has, and prints the sum; a key without a value has 0.",
      "Only in tenants with model LINEARIZABLE. Exit code 1 if the key has a value that is no"
          + " number, or if the sum is not within --min and --max; then nothing was changed."
    })
public final class IncrementCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();
  @Mixin private FormOptions forms = new FormOptions();
  @Mixin private FenceOption fence = new FenceOption();

  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "N",
      defaultValue = "1",
      description = "What is added; a negative number after -- is taken away. Default: 1")
  private long by;

  @Option(names = "--min", paramLabel = "N", description = "Least sum with which it takes effect")
  private @Nullable Long min;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "Greatest sum with which it takes effect")
  private @Nullable Long max;

  public IncrementCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] keyBytes = forms.parse(key, cluster);
    Level level = cluster.write().level();
    if (level != null && !level.equals(Level.QUORUM)) {
      throw cluster.usage("increments are made at level quorum only");
    }
    IncrementOptions options = fence.increment(cluster);
    if (min != null) {
      options = options.min(min);
    }
    if (max != null) {
      options = options.max(max);
    }
    try (QuorateClient client = cluster.connect()) {
      IncrementResult result = client.keyValue().increment(keyBytes, by, options);
      cluster
          .output(console)
          .result(
              json(keyBytes, result, Results.of(client, cluster)),
              () -> String.valueOf(result.sum()));
      return ExitCode.DONE;
    }
  }

  private static Map<String, Object> json(byte[] key, IncrementResult result, Results results) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", key);
    object.put("sum", result.sum());
    results.putVersion(object, result.version());
    results.putInfo(object, result.info());
    return object;
  }
}
