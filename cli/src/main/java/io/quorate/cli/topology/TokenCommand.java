package io.quorate.cli.topology;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.JoinToken;
import io.quorate.client.admin.NewJoinToken;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Join tokens: what new nodes show to be taken in. */
@Command(
    name = "token",
    description = {
      "Manages join tokens. With TLS, a new node at a host that has a member shows one to join.",
      "Write the token into a file, and name it in cluster.join_token_file of the new node."
    })
public final class TokenCommand {
  private final Console console;

  public TokenCommand(Console console) {
    this.console = console;
  }

  @Command(
      description =
          "Creates a token and prints it. The cluster keeps only a hash of its secret, so it is"
              + " printed this once.")
  int create(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--ttl",
              paramLabel = "DURATION",
              converter = Durations.class,
              defaultValue = "1h",
              description = "How long it can be used, 1m to 7d. Default: ${DEFAULT-VALUE}")
          Duration ttl,
      @Option(
              names = "--uses",
              paramLabel = "N",
              defaultValue = "1",
              description = "How many nodes can join with it, 1 to 100. Default: ${DEFAULT-VALUE}")
          int uses) {
    try (QuorateClient client = cluster.connect()) {
      NewJoinToken created = Administration.of(client).cluster().createJoinToken(ttl, uses);
      Map<String, Object> object = json(created.token());
      object.put("token", created.text());
      object.put("warnings", created.warnings());
      Output output = cluster.output(console);
      output.result(object, created::text);
      output.warn(created.warnings());
    }
    return ExitCode.DONE;
  }

  @Command(description = "Lists the tokens that can be used, without their secrets.")
  int list(@Mixin ClusterOptions cluster) {
    try (QuorateClient client = cluster.connect()) {
      List<JoinToken> tokens = Administration.of(client).cluster().joinTokens();
      cluster
          .output(console)
          .result(
              Map.of("tokens", tokens.stream().map(TokenCommand::json).toList()),
              () -> text(tokens));
    }
    return ExitCode.DONE;
  }

  @Command(description = "Drops a token. Nodes that have joined with it stay members.")
  int drop(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "ID", description = "Its id, as 'list' shows it.") String id) {
    try (QuorateClient client = cluster.connect()) {
      List<String> warnings = Administration.of(client).cluster().dropJoinToken(id);
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("id", id);
      object.put("warnings", warnings);
      Output output = cluster.output(console);
      output.result(object, () -> "dropped join token " + id);
      output.warn(warnings);
    }
    return ExitCode.DONE;
  }

  private static Map<String, Object> json(JoinToken token) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", token.id());
    object.put("expires", token.expires().toString());
    object.put("uses_left", token.usesLeft());
    return object;
  }

  private static String text(List<JoinToken> tokens) {
    if (tokens.isEmpty()) {
      return "there are no join tokens";
    }
    Table table = new Table("id", "expires", "uses left>");
    tokens.forEach(token -> table.row(token.id(), token.expires(), token.usesLeft()));
    return table.toString();
  }
}
