package io.quorate.cli.maintenance;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.EachNode.Answer;
import io.quorate.cli.command.LogLevels;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Table;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.LogLevel;
import io.quorate.client.admin.LoggerLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How much nodes log. */
@Command(
    name = "log",
    description =
        "Shows how much nodes log, and has them log more, or less, for a time. What they log for"
            + " good is said by log.level of their configuration.")
public final class LogCommand {
  private static final String LOGGER =
      "The logger, which stands for those below it as well: io.quorate (the whole node),"
          + " io.quorate.node (what happens), io.quorate.slow (slow requests) or"
          + " io.quorate.transport (connections).";

  private static final String NODE = "Only this node: its id, address or name.";

  private final Console console;

  public LogCommand(Console console) {
    this.console = console;
  }

  @Command(description = "Shows at which level each logger of each node logs, and for how long.")
  int levels(
      @Mixin ClusterOptions cluster,
      @Option(names = "--node", paramLabel = "NODE", description = NODE) @Nullable String node) {
    return ask(cluster, node, each -> each.logLevels());
  }

  @Command(
      description = {
        "Has each node of the cluster log at a level, at once. It goes back by itself when the time"
            + " is over, and when it is started again. The audit is always kept.",
        "At trace a node writes a line for every event inside it, also for those that come with"
            + " each request: its log grows with the load. Lines hold neither values nor secrets at"
            + " any level. A line about a slow request has its key, and one about a dead letter the"
            + " beginning of its key."
      })
  int set(
      @Mixin ClusterOptions cluster,
      @Parameters(
              paramLabel = "LEVEL",
              converter = LogLevels.class,
              completionCandidates = LogLevels.class,
              description = "error, warn, info, debug or trace.")
          LogLevel level,
      @Parameters(paramLabel = "LOGGER", arity = "0..1", description = LOGGER)
          @Nullable String logger,
      @Option(
              names = "--for",
              paramLabel = "DURATION",
              defaultValue = "1h",
              converter = Durations.class,
              description = "For how long: 1s to 24h. Default: ${DEFAULT-VALUE}")
          Duration time,
      @Option(names = "--node", paramLabel = "NODE", description = NODE) @Nullable String node) {
    return ask(cluster, node, each -> each.setLogLevel(logger, level, time));
  }

  @Command(description = "Has each node of the cluster go back to its configuration at once.")
  int reset(
      @Mixin ClusterOptions cluster,
      @Parameters(
              paramLabel = "LOGGER",
              arity = "0..1",
              description = "Only this logger. Default: all whose level was set")
          @Nullable String logger,
      @Option(names = "--node", paramLabel = "NODE", description = NODE) @Nullable String node) {
    return ask(cluster, node, each -> each.resetLogLevel(logger));
  }

  private int ask(
      ClusterOptions cluster,
      @Nullable String node,
      Function<AsyncNodeMaintenance, CompletableFuture<List<LoggerLevel>>> question) {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      List<Answer<List<LoggerLevel>>> answers =
          EachNode.ask(client, EachNode.named(client, cluster, node), question);
      refuseWhatIsInvalid(answers);
      output.result(json(answers), () -> text(answers));
      return EachNode.report(answers, output);
    }
  }

  /** What no node takes is wrong in the command, and not with a node. */
  private static void refuseWhatIsInvalid(List<Answer<List<LoggerLevel>>> answers) {
    if (answers.stream().allMatch(each -> each.told() instanceof InvalidRequestException)) {
      for (Answer<List<LoggerLevel>> answer : answers) {
        QuorateException told = answer.told();
        if (told != null) {
          throw told;
        }
      }
    }
  }

  private static Map<String, Object> json(List<Answer<List<LoggerLevel>>> answers) {
    NodeText called = EachNode.names(answers);
    List<Map<String, Object>> nodes = new ArrayList<>();
    for (Answer<List<LoggerLevel>> answer : answers) {
      List<LoggerLevel> loggers = answer.value();
      if (loggers != null) {
        Map<String, Object> object = new LinkedHashMap<>();
        called.put(object, "node", answer.node().id());
        object.put("address", answer.node().address());
        object.put("loggers", loggers.stream().map(LogCommand::json).toList());
        nodes.add(object);
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("nodes", nodes);
    object.put("not_asked", EachNode.notAsked(answers));
    return object;
  }

  private static Map<String, Object> json(LoggerLevel logger) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("logger", logger.logger());
    object.put("level", word(logger.level()));
    object.put("configured", word(logger.configured()));
    Duration left = logger.left();
    if (left != null) {
      object.put("left_ms", left.toMillis());
    }
    return object;
  }

  private static String text(List<Answer<List<LoggerLevel>>> answers) {
    Table table = new Table("node", "address", "logger", "level", "configured", "goes back in");
    for (Answer<List<LoggerLevel>> answer : answers) {
      List<LoggerLevel> loggers = answer.value();
      if (loggers != null) {
        for (LoggerLevel each : loggers) {
          Duration left = each.left();
          table.row(
              NodeText.of(answer.node()),
              answer.node().address(),
              each.logger(),
              word(each.level()),
              word(each.configured()),
              left == null ? "-" : time(left));
        }
      }
    }
    return table.toString();
  }

  private static String word(LogLevel level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  /** In minutes, or in seconds when there are few. */
  private static String time(Duration left) {
    long seconds = Math.max(1, left.toSeconds());
    return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
  }
}
