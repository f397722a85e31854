package io.quorate.cli.maintenance;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.EachNode.Answer;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Json;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Table;
import io.quorate.cli.output.TextForm;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.DeadLetter;
import io.quorate.client.admin.DeadLetters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Hints that their targets refused again and again. */
@Command(
    name = "deadletters",
    description = "Manages dead letters: hints that their targets refused again and again.")
public final class DeadLettersCommand {
  private final Console console;

  public DeadLettersCommand(Console console) {
    this.console = console;
  }

  /** Which dead letters are meant. */
  static final class Which {
    @Option(
        names = "--target",
        paramLabel = "NODE",
        description = "Only those for this node: its id, its address or its name.")
    private @Nullable String target;

    @Option(names = "--partition", paramLabel = "N", description = "Only those of this partition.")
    private @Nullable Integer partition;

    private DeadLetters letters(QuorateClient client, ClusterOptions cluster) {
      String id = target == null ? null : EachNode.idOf(client, cluster, target);
      return DeadLetters.ALL.target(id).partition(partition);
    }
  }

  @Command(description = "Lists dead letters, with the last answer of their targets.")
  int list(
      @Mixin ClusterOptions cluster,
      @Mixin Which which,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "100",
              description = "How many of each node at most, up to 1000. Default: ${DEFAULT-VALUE}")
          int limit) {
    if (limit < 1 || limit > 1_000) {
      throw cluster.usage("--limit " + limit + ": give 1 to 1000");
    }
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      DeadLetters letters = which.letters(client, cluster);
      List<Answer<List<DeadLetter>>> answers =
          EachNode.ask(client, node -> node.deadLetters(letters, limit, null));
      output.result(json(answers), () -> text(answers));
      return EachNode.report(answers, output);
    }
  }

  @Command(description = "Turns dead letters into hints again, which are then delivered.")
  int replay(@Mixin ClusterOptions cluster, @Mixin Which which) {
    return change(cluster, which, "replayed", AsyncNodeMaintenance::replayDeadLetters);
  }

  @Command(
      description =
          "Drops dead letters. Their partitions are compared instead, so nothing is"
              + " lost unless --forget is given.")
  int drop(
      @Mixin ClusterOptions cluster,
      @Mixin Which which,
      @Option(names = "--forget", description = "Do not compare their partitions.")
          boolean forget) {
    return change(
        cluster,
        which,
        forget ? "dropped and forgot" : "dropped",
        (node, letters) -> node.dropDeadLetters(letters, forget));
  }

  private int change(
      ClusterOptions cluster,
      Which which,
      String done,
      BiFunction<AsyncNodeMaintenance, DeadLetters, CompletableFuture<Long>> change) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      DeadLetters chosen = which.letters(client, cluster);
      List<Answer<Long>> answers = EachNode.ask(client, node -> change.apply(node, chosen));
      long letters = 0;
      for (Answer<Long> answer : answers) {
        Long changed = answer.value();
        letters += changed == null ? 0 : changed;
      }
      long all = letters;
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("dead_letters", all);
      object.put("not_asked", EachNode.notAsked(answers));
      output.result(object, () -> done + " " + all + " dead letters");
      return EachNode.report(answers, output);
    }
  }

  private static Map<String, Object> json(List<Answer<List<DeadLetter>>> answers) {
    NodeText nodes = EachNode.names(answers);
    List<Map<String, Object>> letters = new ArrayList<>();
    for (Answer<List<DeadLetter>> answer : answers) {
      List<DeadLetter> held = answer.value();
      if (held != null) {
        held.forEach(letter -> letters.add(json(answer.node().id(), letter, nodes)));
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("dead_letters", letters);
    object.put("not_asked", EachNode.notAsked(answers));
    return object;
  }

  private static Map<String, Object> json(String holder, DeadLetter letter, NodeText nodes) {
    Map<String, Object> object = new LinkedHashMap<>();
    nodes.put(object, "holder", holder);
    nodes.put(object, "target", letter.target());
    object.put("partition", letter.partition());
    object.put("tenant", letter.tenant());
    Json.putBytes(object, "key", letter.key());
    object.put("epoch", letter.epoch());
    object.put("since", letter.since().toString());
    object.put("reason", letter.reason());
    return object;
  }

  private static String text(List<Answer<List<DeadLetter>>> answers) {
    Table table = new Table("holder", "target", "partition>", "tenant", "key", "since", "refusal");
    NodeText nodes = EachNode.names(answers);
    boolean any = false;
    for (Answer<List<DeadLetter>> answer : answers) {
      List<DeadLetter> held = answer.value();
      if (held == null) {
        continue;
      }
      for (DeadLetter letter : held) {
        any = true;
        table.row(
            NodeText.of(answer.node()),
            nodes.of(letter.target()),
            letter.partition(),
            letter.tenant(),
            TextForm.onOneLine(letter.key()),
            letter.since(),
            letter.reason());
      }
    }
    return any ? table.toString() : "there are no dead letters";
  }
}
