package io.quorate.cli.maintenance;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.EachNode.Answer;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.Table;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.ReloadedFile;
import io.quorate.client.admin.ReloadedFile.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has nodes read their certificates. */
@Command(
    name = "reload",
    description =
        "Has each node of the cluster read its certificate, its key, its authorities and its lists"
            + " of revoked certificates at once, and shows what came of each file. Nodes do so by"
            + " themselves every 10 seconds. Connections that are open stay so. Exit code 4 if a"
            + " node refused a file, and goes on with what it had.")
public final class ReloadCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--node",
      paramLabel = "NODE",
      description = "Only this node: its id, address or name.")
  private @Nullable String node;

  public ReloadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Output output = cluster.output(console);
    try (QuorateClient client = cluster.connect()) {
      List<Answer<List<ReloadedFile>>> answers =
          EachNode.ask(
              client, EachNode.named(client, cluster, node), each -> each.reloadCertificates());
      output.result(json(answers), () -> text(answers));
      int asked = EachNode.report(answers, output);
      boolean refused = tellRefused(answers, output);
      return refused && asked == ExitCode.DONE ? ExitCode.FAILED : asked;
    }
  }

  private static List<ReloadedFile> files(Answer<List<ReloadedFile>> answer) {
    List<ReloadedFile> files = answer.value();
    return files == null ? List.of() : files;
  }

  /** Files that do not fit each other have one reason, which is told once. */
  private static boolean tellRefused(List<Answer<List<ReloadedFile>>> answers, Output output) {
    boolean any = false;
    for (Answer<List<ReloadedFile>> answer : answers) {
      TreeSet<String> reasons = new TreeSet<>();
      for (ReloadedFile file : files(answer)) {
        if (file.result() == Result.REFUSED) {
          any = true;
          reasons.add(String.valueOf(file.why()));
        }
      }
      for (String why : reasons) {
        output.note(
            "quorate: node %s at %s goes on with the files it had: %s"
                .formatted(NodeText.of(answer.node()), answer.node().address(), why));
      }
    }
    return any;
  }

  private static Map<String, Object> json(List<Answer<List<ReloadedFile>>> answers) {
    NodeText called = EachNode.names(answers);
    List<Map<String, Object>> nodes = new ArrayList<>();
    for (Answer<List<ReloadedFile>> answer : answers) {
      if (answer.value() != null) {
        Map<String, Object> object = new LinkedHashMap<>();
        called.put(object, "node", answer.node().id());
        object.put("address", answer.node().address());
        object.put("files", files(answer).stream().map(ReloadCommand::json).toList());
        nodes.add(object);
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("nodes", nodes);
    object.put("not_asked", EachNode.notAsked(answers));
    return object;
  }

  private static Map<String, Object> json(ReloadedFile file) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("setting", file.setting());
    object.put("path", file.path());
    object.put("result", file.result().name().toLowerCase(Locale.ROOT));
    Instant ends = file.ends();
    if (ends != null) {
      object.put("ends", ends.toString());
    }
    if (file.why() != null) {
      object.put("why", file.why());
    }
    return object;
  }

  private static String text(List<Answer<List<ReloadedFile>>> answers) {
    Table table = new Table("node", "address", "setting", "file", "result", "good until");
    for (Answer<List<ReloadedFile>> answer : answers) {
      if (answer.value() == null) {
        continue;
      }
      String node = NodeText.of(answer.node());
      String address = answer.node().address();
      if (files(answer).isEmpty()) {
        table.row(node, address, "-", "-", "has TLS off", "-");
      }
      for (ReloadedFile file : files(answer)) {
        Instant ends = file.ends();
        table.row(
            node,
            address,
            file.setting(),
            file.path(),
            word(file.result()),
            ends == null ? "-" : ends);
      }
    }
    return table.toString();
  }

  private static String word(Result result) {
    return switch (result) {
      case UNCHANGED -> "unchanged";
      case TAKEN -> "taken";
      case REFUSED -> "refused";
      case HELD_BACK -> "not taken: another was refused";
      case UNKNOWN -> "unknown to this command";
    };
  }
}
