package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.client.CounterValue;
import io.quorate.client.Counters;
import io.quorate.client.QuorateClient;
import io.quorate.client.ResultInfo;
import io.quorate.client.UpdateResult;
import io.quorate.client.WriteOptions;
import io.quorate.client.WrongModelException;
import java.util.LinkedHashMap;
import java.util.Map;
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
    try (QuorateClient client = cluster.connect()) {
      CounterValue read = client.counters(cluster.tenant()).get(keyBytes, cluster.read());
      Map<String, Object> object = object(keyBytes, "found", read.found());
      object.put("value", read.value());
      Results.putInfo(object, read.info());
      cluster.output(console).result(object, () -> String.valueOf(read.value()));
      return read.found() ? ExitCode.DONE : ExitCode.NOT_FOUND;
    } catch (WrongModelException wrong) {
      throw ModelAdvice.failure(cluster.tenant(), wrong);
    }
  }

  private interface Count {
    UpdateResult by(Counters counters, byte[] key, long by, WriteOptions options);
  }

  private int count(ClusterOptions cluster, byte[] key, long by, String done, Count count) {
    try (QuorateClient client = cluster.connect()) {
      ResultInfo info =
          count.by(client.counters(cluster.tenant()), key, by, cluster.write()).info();
      Map<String, Object> object = object(key, done + "_by", by);
      Results.putInfo(object, info);
      cluster.output(console).result(object, () -> done + " by " + by);
      return ExitCode.DONE;
    } catch (WrongModelException wrong) {
      throw ModelAdvice.failure(cluster.tenant(), wrong);
    }
  }

  private static Map<String, Object> object(byte[] key, String name, Object value) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", key);
    object.put(name, value);
    return object;
  }
}
