package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.output.Console;
import io.quorate.client.CounterValue;
import io.quorate.client.Counters;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Keys that are counters. */
@Command(
    name = "counter",
    description = {
      "Counts in a tenant with model COUNTERS, where each key is a number.",
      "A command whose outcome is not known has counted once or never; repeated, it counts again."
          + " Programs that count often should use a client library: a key takes about a thousand"
          + " commands within an hour or two."
    })
public final class CounterCommand {
  private static final String BY = "How much, 0 to 4611686018427387903. Default: 1";

  private final Console console;

  public CounterCommand(Console console) {
    this.console = console;
  }

  @Command(description = "Adds to a key.")
  int increment(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Parameters(index = "0", paramLabel = "KEY", description = "The key.") String key,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "N",
              defaultValue = "1",
              description = BY)
          long by) {
    return count(cluster, forms.parse(key, cluster), by, "incremented", Counters::increment);
  }

  @Command(description = "Takes away from a key, which may become negative.")
  int decrement(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Parameters(index = "0", paramLabel = "KEY", description = "The key.") String key,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "N",
              defaultValue = "1",
              description = BY)
          long by) {
    return count(cluster, forms.parse(key, cluster), by, "decremented", Counters::decrement);
  }

  @Command(description = "Prints the number of a key; exits with 1 if it was never counted.")
  int get(
      @Mixin ClusterOptions cluster,
      @Mixin FormOptions forms,
      @Parameters(paramLabel = "KEY", description = "The key.") String key) {
    byte[] keyBytes = forms.parse(key, cluster);
    FieldCall call = new FieldCall(console, cluster, keyBytes);
    return call.make(
        client -> {
          CounterValue read = client.counters(cluster.tenant()).get(keyBytes, cluster.read());
          return call.read(
              client,
              read.found(),
              "value",
              read::value,
              read.info(),
              () -> List.of(String.valueOf(read.value())));
        });
  }

  private interface Count {
    UpdateResult by(Counters counters, byte[] key, long by, WriteOptions options);
  }

  private int count(ClusterOptions cluster, byte[] key, long by, String done, Count count) {
    FieldCall call = new FieldCall(console, cluster, key);
    return call.make(
        client ->
            call.changed(
                client,
                count.by(client.counters(cluster.tenant()), key, by, cluster.write()),
                done + "_by",
                by,
                done + " by " + by));
  }
}
