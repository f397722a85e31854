package io.quorate.cli.access;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Access;
import io.quorate.client.admin.AccessChange;
import io.quorate.client.admin.Administration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks a cluster who may do what, or changes it, and prints what came of it. */
final class AccessCall {
  private final Console console;

  AccessCall(Console console) {
    this.console = console;
  }

  /** Makes a change, and prints {@code done}, or the JSON of the change. */
  int change(ClusterOptions cluster, Function<Access, AccessChange> change, Supplier<String> done) {
    return changeNoting(cluster, change, done, client -> "");
  }

  /**
   * Makes a change, and prints what is to be noted of it as well.
   *
   * @param note empty for nothing
   */
  int changeNoting(
      ClusterOptions cluster,
      Function<Access, AccessChange> change,
      Supplier<String> done,
      Function<QuorateClient, String> note) {
    try (QuorateClient client = cluster.connect()) {
      AccessChange changed = change.apply(Administration.of(client).access());
      Output output = cluster.output(console);
      output.result(AccessForms.json(changed), done);
      output.warn(changed.warnings());
      String noted = cluster.json() ? "" : note.apply(client);
      if (!noted.isEmpty()) {
        output.note(noted);
      }
      return ExitCode.DONE;
    }
  }

  /** Asks, and prints the answer in the one form or the other. */
  <T> int show(
      ClusterOptions cluster,
      Function<Access, T> question,
      Function<T, Map<String, Object>> json,
      Function<T, String> text) {
    try (QuorateClient client = cluster.connect()) {
      T answer = question.apply(Administration.of(client).access());
      cluster.output(console).result(json.apply(answer), () -> text.apply(answer));
      return ExitCode.DONE;
    }
  }
}
