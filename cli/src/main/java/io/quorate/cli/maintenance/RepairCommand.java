package io.quorate.cli.maintenance;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.EachNode.Answer;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.ProgressLine;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.RepairProgress;
import io.quorate.client.admin.RepairScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Comparing replicas, and bringing what is missing. */
@Command(
    name = "repair",
    description =
        "Compares replicas now, and brings each what it lacks. Interrupting the"
            + " command cancels the repair.")
public final class RepairCommand implements Callable<Integer> {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final double MEBIBYTE = 1 << 20;

  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--partition",
      paramLabel = "N",
      split = ",",
      description = "Only these partitions; may be repeated.")
  private List<Integer> partitions = new ArrayList<>();

  @Option(
      names = "--node",
      paramLabel = "NODE",
      description = "Only replicas of this node: its id, address or name.")
  private @Nullable String node;

  @Option(
      names = "--verify",
      description =
          "Repair nothing: have every replica read all it holds from disk, and compare hashes of"
              + " that. Exit code 1 if any differ.")
  private boolean verify;

  public RepairCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      RepairScope scope =
          RepairScope.ALL
              .partitions(partitions)
              .tenant(cluster.tenantIfNamed())
              .node(nodeId(client));
      return verify
          ? new Verification(client, scope, console, output).run()
          : repair(client, scope, output);
    }
  }

  private @Nullable String nodeId(QuorateClient client) {
    if (node == null) {
      return null;
    }
    return EachNode.one(client, cluster, node).id();
  }

  @Command(description = "Cancels all repairs that operators have requested.")
  int cancel(@Mixin ClusterOptions at) {
    Output output = at.output(console);
    try (QuorateClient client = at.connect()) {
      List<Answer<Integer>> answers = EachNode.ask(client, each -> each.cancelRepairs());
      int repairs = 0;
      for (Answer<Integer> answer : answers) {
        Integer called = answer.value();
        repairs += called == null ? 0 : called;
      }
      int all = repairs;
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("repairs", all);
      object.put("not_asked", EachNode.notAsked(answers));
      output.result(object, () -> "called off " + all + " repairs of nodes");
      return EachNode.report(answers, output);
    }
  }

  @Command(
      description =
          "Shows how long ago each partition was last found or made equal at all of its"
              + " replicas.")
  int status(@Mixin ClusterOptions at) {
    try (QuorateClient client = at.connect()) {
      return new ComparisonAges(client, at.output(console)).show();
    }
  }

  private int repair(QuorateClient client, RepairScope scope, Output output) {
    List<NodeView> nodes = Administration.of(client).cluster().status().nodes();
    AtomicReferenceArray<RepairProgress> heard = new AtomicReferenceArray<>(nodes.size());
    List<CompletableFuture<RepairProgress>> asked = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      int at = i;
      heard.set(at, RepairProgress.NOTHING);
      asked.add(
          Administration.of(client)
              .asyncMaintenance(nodes.get(i).address())
              .repair(scope, progress -> heard.set(at, progress)));
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
    try (ProgressLine bar =
        new ProgressLine(console, !output.json(), "repair", ProgressLine.Unit.COMPARISONS, 1)) {
      while (!all.isDone()) {
        show(bar, heard);
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
      }
      show(bar, heard);
    }
    List<Answer<RepairProgress>> answers = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      answers.add(EachNode.await(nodes.get(i), asked.get(i)));
    }
    output.result(json(answers), () -> text(answers));
    return exitCode(answers, output);
  }

  private static void show(ProgressLine bar, AtomicReferenceArray<RepairProgress> heard) {
    long pairs = 0;
    long done = 0;
    long records = 0;
    long bytes = 0;
    for (int i = 0; i < heard.length(); i++) {
      RepairProgress each = heard.get(i);
      pairs += each.pairs();
      done += each.done() + each.failed().size();
      records += each.records();
      bytes += each.bytes();
    }
    bar.max(Math.max(1, pairs));
    bar.at(done, "%d records, %.1f MiB".formatted(records, bytes / MEBIBYTE));
  }

  private static int exitCode(List<Answer<RepairProgress>> answers, Output output) {
    int exitCode = EachNode.report(answers, output);
    for (Answer<RepairProgress> answer : answers) {
      RepairProgress ended = answer.value();
      if (ended != null && !ended.failed().isEmpty()) {
        RepairProgress.Failed first = ended.failed().getFirst();
        output.note(
            "quorate: %d comparisons of node %s were given up, among them partition %d with %s: %s"
                .formatted(
                    ended.failed().size(),
                    NodeText.of(answer.node()),
                    first.partition(),
                    EachNode.names(answers).of(first.other()),
                    first.reason()));
        exitCode = ExitCode.UNAVAILABLE;
      }
    }
    return exitCode;
  }

  private static Map<String, Object> json(List<Answer<RepairProgress>> answers) {
    NodeText called = EachNode.names(answers);
    List<Map<String, Object>> nodes = new ArrayList<>();
    for (Answer<RepairProgress> answer : answers) {
      RepairProgress ended = answer.value();
      if (ended != null) {
        Map<String, Object> object = new LinkedHashMap<>();
        called.put(object, "node", answer.node().id());
        object.put("comparisons", ended.pairs());
        object.put("equal", ended.done());
        object.put("differences", ended.differences());
        object.put("records", ended.records());
        object.put("bytes", ended.bytes());
        object.put("failed", ended.failed().stream().map(each -> json(each, called)).toList());
        nodes.add(object);
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("nodes", nodes);
    object.put("not_asked", EachNode.notAsked(answers));
    return object;
  }

  private static Map<String, Object> json(RepairProgress.Failed failed, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("partition", failed.partition());
    called.put(object, "other", failed.other());
    object.put("reason", failed.reason());
    return object;
  }

  private static String text(List<Answer<RepairProgress>> answers) {
    Table table =
        new Table(
            "node",
            "comparisons>",
            "equal now>",
            "given up>",
            "differences>",
            "records>",
            "bytes>");
    for (Answer<RepairProgress> answer : answers) {
      RepairProgress ended = answer.value();
      if (ended != null) {
        table.row(
            NodeText.of(answer.node()),
            ended.pairs(),
            ended.done(),
            ended.failed().size(),
            ended.differences(),
            ended.records(),
            ended.bytes());
      }
    }
    return table.toString();
  }
}
