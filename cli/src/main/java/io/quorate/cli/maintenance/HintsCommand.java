package io.quorate.cli.maintenance;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.Durations;
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
import io.quorate.client.admin.HintsReport;
import io.quorate.client.admin.HintsReport.Target;
import io.quorate.client.admin.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What nodes remember for replicas that were away. */
@Command(
    name = "hints",
    description = "Manages hints: writes that nodes keep for replicas that were away.")
public final class HintsCommand {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final String TARGET = "Only those to this node: its id, its address or its name.";

  private final Console console;

  public HintsCommand(Console console) {
    this.console = console;
  }

  @Command(description = "Lists, for each node that holds hints, what it keeps for which node.")
  int list(@Mixin ClusterOptions cluster) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      List<Answer<HintsReport>> answers = EachNode.ask(client, node -> node.hints());
      output.result(json(answers), () -> text(answers));
      return EachNode.report(answers, output);
    }
  }

  @Command(
      description =
          "Stops deliveries, until they are resumed: also after a restart. Hints are still"
              + " written.")
  int pause(
      @Mixin ClusterOptions cluster,
      @Option(names = "--target", paramLabel = "NODE", description = TARGET)
          @Nullable String target) {
    return setPaused(cluster, target, true);
  }

  @Command(description = "Resumes deliveries: to all nodes, if no target is given.")
  int resume(
      @Mixin ClusterOptions cluster,
      @Option(names = "--target", paramLabel = "NODE", description = TARGET)
          @Nullable String target) {
    return setPaused(cluster, target, false);
  }

  private int setPaused(ClusterOptions cluster, @Nullable String node, boolean paused) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      String target = node == null ? null : EachNode.idOf(client, cluster, node);
      List<Answer<Boolean>> answers =
          EachNode.ask(client, each -> each.pauseHints(target, paused).thenApply(durable -> true));
      long done = answers.stream().filter(answer -> answer.value() != null).count();
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("paused", paused);
      EachNode.names(answers).put(object, "target", target);
      object.put("nodes", done);
      object.put("not_asked", EachNode.notAsked(answers));
      output.result(
          object,
          () ->
              "%s deliveries to %s, at %d of %d nodes"
                  .formatted(
                      paused ? "paused" : "resumed",
                      target == null ? "all nodes" : "node " + EachNode.names(answers).of(target),
                      done,
                      answers.size()));
      return EachNode.report(answers, output);
    }
  }

  @Command(
      description =
          "Waits until all present hints are gone: delivered, handed to repair, or"
              + " moved to the dead letters. Does not wait for later hints.")
  int wait(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--for",
              paramLabel = "DURATION",
              converter = Durations.class,
              description = "How long at most, such as 10m. Default: as long as it takes")
          @Nullable Duration atMost) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      List<Answer<HintsReport>> begun = EachNode.ask(client, node -> node.setMarker());
      long hints = beforeMarkers(begun);
      long deadBefore = sum(begun, Target::deadLetters);
      long fromNanos = System.nanoTime();
      List<Answer<HintsReport>> now = begun;
      long left = hints;
      boolean toldPaused = false;
      try (ProgressLine bar =
          new ProgressLine(
              console, !cluster.json(), "hints", ProgressLine.Unit.HINTS, Math.max(1, hints))) {
        while (left > 0 && !isOver(atMost, fromNanos)) {
          if (!toldPaused && isPaused(now)) {
            toldPaused = true;
            output.note("some deliveries are paused: see 'quorate hints list'");
          }
          LockSupport.parkNanos(LOOK_EVERY_NANOS);
          now = askAgain(client, begun);
          left = beforeMarkers(now);
          bar.at(hints - left, left + " left");
        }
      }
      return waited(
          output, now, hints, left, sum(now, Target::deadLetters) - deadBefore, fromNanos);
    }
  }

  private int waited(
      Output output,
      List<Answer<HintsReport>> now,
      long hints,
      long left,
      long dead,
      long fromNanos) {
    double seconds = (System.nanoTime() - fromNanos) / 1e9;
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("hints", hints);
    object.put("left", left);
    object.put("dead_letters", Math.max(0, dead));
    object.put("repairs", sum(now, target -> target.repairs().size()));
    object.put("seconds", seconds);
    object.put("not_asked", EachNode.notAsked(now));
    output.result(
        object,
        () ->
            "%d of %d hints are gone after %.1f s".formatted(hints - left, hints, seconds)
                + (dead > 0 ? "; %d are dead letters now".formatted(dead) : ""));
    int exitCode = EachNode.report(now, output);
    if (left > 0) {
      output.note("quorate: %d hints are still there: see 'quorate hints list'".formatted(left));
      return ExitCode.UNAVAILABLE;
    }
    return exitCode;
  }

  private static boolean isOver(@Nullable Duration atMost, long fromNanos) {
    return atMost != null && System.nanoTime() - fromNanos >= atMost.toNanos();
  }

  private static boolean isPaused(List<Answer<HintsReport>> answers) {
    return answers.stream()
        .map(Answer::value)
        .anyMatch(
            report ->
                report != null
                    && report.targets().stream()
                        .anyMatch(each -> each.paused() && each.hints() > 0));
  }

  /** What a node said last counts as long as it does not say anything else. */
  private static List<Answer<HintsReport>> askAgain(
      QuorateClient client, List<Answer<HintsReport>> begun) {
    List<Answer<HintsReport>> now = new ArrayList<>();
    for (Answer<HintsReport> each : begun) {
      HintsReport first = each.value();
      if (first == null) {
        now.add(each);
        continue;
      }
      NodeView node = each.node();
      Answer<HintsReport> answer =
          EachNode.await(
              node,
              Administration.of(client)
                  .asyncMaintenance(node.address())
                  .hintsBefore(first.marker()));
      now.add(
          answer.value() == null
              ? new Answer<>(node, first, answer.failure(), answer.told())
              : answer);
    }
    return now;
  }

  private static long beforeMarkers(List<Answer<HintsReport>> answers) {
    return answers.stream()
        .map(Answer::value)
        .mapToLong(report -> report == null ? 0 : report.hintsBeforeMarker())
        .sum();
  }

  private interface Count {
    long of(Target target);
  }

  private static long sum(List<Answer<HintsReport>> answers, Count count) {
    long sum = 0;
    for (Answer<HintsReport> answer : answers) {
      HintsReport report = answer.value();
      if (report != null) {
        for (Target target : report.targets()) {
          sum += count.of(target);
        }
      }
    }
    return sum;
  }

  private static Map<String, Object> json(List<Answer<HintsReport>> answers) {
    NodeText nodes = EachNode.names(answers);
    Map<String, Object> object = new LinkedHashMap<>();
    List<Map<String, Object>> holders = new ArrayList<>();
    for (Answer<HintsReport> answer : answers) {
      HintsReport report = answer.value();
      if (report != null) {
        Map<String, Object> holder = new LinkedHashMap<>();
        nodes.put(holder, "holder", report.holder());
        holder.put("paused", report.paused());
        holder.put("targets", report.targets().stream().map(each -> json(each, nodes)).toList());
        holders.add(holder);
      }
    }
    object.put("holders", holders);
    object.put("hints", sum(answers, Target::hints));
    object.put("bytes", sum(answers, Target::bytes));
    object.put("repairs", sum(answers, target -> target.repairs().size()));
    object.put("dead_letters", sum(answers, Target::deadLetters));
    object.put("not_asked", EachNode.notAsked(answers));
    return object;
  }

  private static Map<String, Object> json(Target target, NodeText nodes) {
    Map<String, Object> object = new LinkedHashMap<>();
    nodes.put(object, "target", target.target());
    object.put("hints", target.hints());
    object.put("bytes", target.bytes());
    object.put("repairs", target.repairs());
    object.put("dead_letters", target.deadLetters());
    object.put("oldest_ms", target.oldest().toMillis());
    object.put("paused", target.paused());
    object.put("delivered_per_second", target.deliveredPerSecond());
    return object;
  }

  private static String text(List<Answer<HintsReport>> answers) {
    Table table =
        new Table(
            "holder",
            "target",
            "hints>",
            "bytes>",
            "to repair>",
            "dead letters>",
            "oldest>",
            "delivered/s>",
            "deliveries");
    NodeText nodes = EachNode.names(answers);
    boolean any = false;
    for (Answer<HintsReport> answer : answers) {
      HintsReport report = answer.value();
      if (report == null) {
        continue;
      }
      for (Target target : report.targets()) {
        any = true;
        table.row(
            nodes.of(report.holder()),
            nodes.of(target.target()),
            target.hints(),
            target.bytes(),
            target.repairs().size(),
            target.deadLetters(),
            target.oldest().isZero() ? "-" : target.oldest().toSeconds() + " s",
            "%.1f".formatted(target.deliveredPerSecond()),
            target.paused() ? "paused" : "on");
      }
      if (report.paused() && report.targets().isEmpty()) {
        any = true;
        table.row(nodes.of(report.holder()), "all", 0, 0, 0, 0, "-", "0.0", "paused");
      }
    }
    return any ? table.toString() : "no node owes anything to another";
  }
}
