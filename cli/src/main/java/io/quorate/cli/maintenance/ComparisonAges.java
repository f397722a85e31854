package io.quorate.cli.maintenance;

import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.EachNode.Answer;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.PartitionComparison;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long ago each partition was equal at all of its replicas, as the nodes say together. */
final class ComparisonAges {
  private static final int ROWS_MAX = 20;

  private final List<Answer<List<PartitionComparison>>> answers;
  private final Output output;

  /** By partition. */
  private final TreeMap<Integer, Oldest> oldest = new TreeMap<>();

  /**
   * Of the comparisons of a partition, the one that succeeded longest ago.
   *
   * @param node that begins it
   */
  private record Oldest(String node, PartitionComparison comparison) {
    long ageMillis() {
      return comparison.age().toMillis();
    }

    Oldest older(Oldest that) {
      return that.ageMillis() > ageMillis() ? that : this;
    }
  }

  ComparisonAges(QuorateClient client, Output output) {
    this.answers = EachNode.ask(client, each -> each.comparisons());
    this.output = output;
    for (Answer<List<PartitionComparison>> answer : answers) {
      List<PartitionComparison> said = answer.value();
      if (said != null) {
        for (PartitionComparison each : said) {
          oldest.merge(each.partition(), new Oldest(answer.node().id(), each), Oldest::older);
        }
      }
    }
  }

  /** Shows them; gives the exit code. */
  int show() {
    output.result(json(), this::text);
    return EachNode.report(answers, output);
  }

  private Map<String, Object> json() {
    NodeText nodes = EachNode.names(answers);
    List<Map<String, Object>> partitions = new ArrayList<>();
    oldest.forEach(
        (partition, each) -> {
          Map<String, Object> object = new LinkedHashMap<>();
          object.put("partition", partition);
          object.put("age_ms", each.ageMillis());
          object.put("known", each.comparison().known());
          nodes.put(object, "node", each.node());
          nodes.put(object, "other", each.comparison().other());
          partitions.add(object);
        });
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partitions", partitions);
    object.put("not_asked", EachNode.notAsked(answers));
    return object;
  }

  private String text() {
    if (oldest.isEmpty()) {
      return "no partition has other replicas to compare it with";
    }
    List<Oldest> sorted =
        oldest.values().stream()
            .sorted(Comparator.comparingLong(Oldest::ageMillis).reversed())
            .toList();
    NodeText nodes = EachNode.names(answers);
    Table table = new Table("partition>", "last equal", "node", "and");
    sorted.stream()
        .limit(ROWS_MAX)
        .forEach(
            each ->
                table.row(
                    each.comparison().partition(),
                    (each.comparison().known() ? "" : "not in the ")
                        + each.ageMillis() / 1000
                        + (each.comparison().known() ? " s ago" : " s since the start"),
                    nodes.of(each.node()),
                    nodes.of(each.comparison().other())));
    long unknown = sorted.stream().filter(each -> !each.comparison().known()).count();
    return table
        + System.lineSeparator()
        + "%d partitions, %s; %d not compared since a node started"
            .formatted(
                sorted.size(),
                sorted.size() > ROWS_MAX ? "those equal longest ago first" : "oldest first",
                unknown);
  }
}
