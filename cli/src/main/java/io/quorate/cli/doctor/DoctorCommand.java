package io.quorate.cli.doctor;

import io.quorate.cli.command.ClusterOptions;
import io.quorate.cli.command.DiskLimits;
import io.quorate.cli.command.Views;
import io.quorate.cli.output.Console;
import io.quorate.client.QuorateClient;
import io.quorate.client.UnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = {
      "Asks every node that can be reached, and says what is wrong and what to do about it.",
      "Exits with 0 if all is well, 1 if there are warnings, 2 if something is wrong."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all is well", "1:warnings", "2:problems, or no node can be reached"})
public final class DoctorCommand implements Callable<Integer> {
  private static final int PROBLEMS = 2;

  private final Console console;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--disk-warning",
      paramLabel = "PERCENT",
      description =
          "Warn where more of a node's disk than this is used; 100 for never. Default:"
              + " ${DEFAULT-VALUE}")
  private int diskWarning = DiskLimits.WARNING_PERCENT;

  @Option(
      names = "--disk-problem",
      paramLabel = "PERCENT",
      description =
          "Something is wrong where more of a node's disk than this is used; 100 for never."
              + " Default: ${DEFAULT-VALUE}")
  private int diskProblem = DiskLimits.PROBLEM_PERCENT;

  public DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    DiskLimits disks =
        new DiskLimits(
            percent("--disk-warning", diskWarning), percent("--disk-problem", diskProblem));
    try (QuorateClient client = cluster.connect()) {
      Views views;
      try {
        views = Views.of(client);
      } catch (UnavailableException noNode) {
        return noNodeAnswers(noNode);
      }
      Observations seen = Observations.of(client, views);
      List<Finding> found = DoctorRules.examine(seen, disks);
      cluster.output(console).result(json(seen, found), () -> text(seen, found));
      return DoctorRules.exitCode(found);
    }
  }

  private int noNodeAnswers(UnavailableException why) {
    Finding found =
        Finding.problem(
            "no-node",
            "cluster",
            "No node answers: " + why.getMessage(),
            "See whether the nodes run, and whether they can be reached from here (firewalls,"
                + " --endpoints). Start those that do not run: quorate server --config FILE");
    cluster
        .output(console)
        .result(Map.of("findings", List.of(found.json())), () -> text(List.of(found)));
    return PROBLEMS;
  }

  private int percent(String option, int given) {
    if (!DiskLimits.isPercent(given)) {
      throw cluster.usage(option + " " + given + ": give 1 to 100");
    }
    return given;
  }

  private static Map<String, Object> json(Observations seen, List<Finding> found) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("cluster_id", seen.view().clusterId());
    object.put("nodes", seen.members().size());
    object.put("nodes_asked", seen.own().size());
    object.put("findings", found.stream().map(Finding::json).toList());
    return object;
  }

  private static String text(Observations seen, List<Finding> found) {
    String asked =
        "cluster %s: asked %d of %d nodes"
            .formatted(seen.view().clusterId(), seen.own().size(), seen.members().size());
    return found.isEmpty()
        ? asked + ". All is well."
        : text(found) + System.lineSeparator() + asked;
  }

  private static String text(List<Finding> found) {
    List<String> lines = new ArrayList<>();
    for (Finding each : found) {
      lines.add(each.severity() + "  " + each.about());
      lines.add("  " + each.what());
      lines.add("  -> " + each.advice());
    }
    return String.join(System.lineSeparator(), lines);
  }
}
