package io.quorate.cli.key;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.client.QuorateClient;
import io.quorate.client.ResultInfo;
import io.quorate.client.UpdateResult;
import io.quorate.client.WrongModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * One call about a key that is a counter, a set or a map, and what the command prints of the
 * answer.
 */
final class FieldCall {
  private final Console console;
  private final ClusterOptions cluster;
  private final byte[] key;

  FieldCall(Console console, ClusterOptions cluster, byte[] key) {
    this.console = console;
    this.cluster = cluster;
    this.key = key;
  }

  /**
   * Connects, and makes the call.
   *
   * @param call returns the exit code
   */
  int make(ToIntFunction<QuorateClient> call) {
    try (QuorateClient client = cluster.connect()) {
      return call.applyAsInt(client);
    } catch (WrongModelException wrong) {
      throw ModelAdvice.failure(cluster.tenant(), wrong);
    }
  }

  /**
   * Prints what an update has done.
   *
   * @param name of the number in JSON
   */
  int changed(QuorateClient client, UpdateResult result, String name, long number, String text) {
    Map<String, Object> object = object(name, number);
    Results.of(client, cluster).putInfo(object, result.info());
    cluster.output(console).result(object, () -> text);
    return ExitCode.DONE;
  }

  /**
   * Prints what a read has found.
   *
   * @param name of the value in JSON
   * @param lines what is printed otherwise
   */
  int read(
      QuorateClient client,
      boolean found,
      String name,
      Supplier<Object> value,
      ResultInfo info,
      Supplier<List<String>> lines) {
    if (cluster.json()) {
      Map<String, Object> object = object("found", found);
      object.put(name, value.get());
      Results.of(client, cluster).putInfo(object, info);
      console.out().println(Json.pretty(object));
    } else {
      lines.get().forEach(console.out()::println);
      Results.note(console, info);
    }
    console.requireWritten();
    return found ? ExitCode.DONE : ExitCode.NOT_FOUND;
  }

  private Map<String, Object> object(String name, Object value) {
    Map<String, Object> object = new LinkedHashMap<>();
    Json.putBytes(object, "key", key);
    object.put(name, value);
    return object;
  }

  /** Returns a number of things, such as "2 elements". */
  static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
