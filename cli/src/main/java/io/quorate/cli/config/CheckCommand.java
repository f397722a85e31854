package io.quorate.cli.config;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Output;
import io.quorate.node.NodeMemory;
import io.quorate.node.StartCheck;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.ConfigProblem;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import io.quorate.node.config.Place;
import io.quorate.node.config.SettingInForce;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says all that is wrong with a configuration. */
@Command(
    name = "check",
    description = {
      "Says all that is wrong with a configuration, one fault a line, and whether what it names can"
          + " be used: the data directory, certificates and keys, master keys and whether they are"
          + " those of the data directory, files that are to be written. Creates, changes and locks"
          + " nothing. Run it as the user that the node runs as: what that user may not read or"
          + " write is a fault, too. Exit code 2 if a node would not start.",
      "Other nodes are not asked, so it cannot say whether they would take this one in. Nor does it"
          + " open the database, or look whether ports are free."
    })
public final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ConfigOptions options = new ConfigOptions();

  public CheckCommand(Console console) {
    this.console = console;
  }

  /** What was found: faults with which a node does not start, and what it would start with. */
  private record Found(List<ConfigProblem> faults, List<ConfigProblem> warnings) {}

  @Override
  public Integer call() {
    Output output = options.output(console);
    Found found = find(options.memory());
    output.result(json(found), () -> text(found));
    int faults = found.faults().size();
    if (faults > 0) {
      output.note(
          "quorate: a node does not start with this configuration: %s"
              .formatted(faults == 1 ? "1 fault" : faults + " faults"));
    }
    return faults == 0 ? ExitCode.DONE : ExitCode.USAGE;
  }

  private Found find(Memory memory) {
    try {
      NodeConfig config = NodeConfig.load(options.file(), System.getenv(), memory);
      Map<String, SettingInForce> settings =
          NodeConfig.settings(options.file(), System.getenv(), memory).stream()
              .collect(Collectors.toMap(SettingInForce::key, Function.identity()));
      List<ConfigProblem> faults = new ArrayList<>();
      List<ConfigProblem> warnings = new ArrayList<>(WithoutEffect.of(settings));
      options
          .heapIsUnknown()
          .ifPresentOrElse(
              why -> warnings.add(new ConfigProblem(null, why)),
              () ->
                  NodeMemory.tooLittle(memory, config)
                      .ifPresent(why -> faults.add(new ConfigProblem(null, why))));
      for (StartCheck.Finding finding : StartCheck.of(config, System.currentTimeMillis())) {
        (finding.fatal() ? faults : warnings).add(problem(finding, settings));
      }
      return new Found(faults, warnings);
    } catch (ConfigException wrong) {
      return new Found(wrong.problems(), List.of());
    }
  }

  private static ConfigProblem problem(
      StartCheck.Finding finding, Map<String, SettingInForce> settings) {
    SettingInForce setting = settings.get(finding.setting());
    Place place = setting == null ? null : setting.place();
    String named = finding.setting() + ": ";
    return new ConfigProblem(
        place, finding.what().startsWith(named) ? finding.what() : named + finding.what());
  }

  private String text(Found found) {
    List<String> lines = new ArrayList<>();
    found.faults().forEach(each -> lines.add(each.toString()));
    found.warnings().forEach(each -> lines.add("warning: " + each));
    if (found.faults().isEmpty()) {
      lines.add(options.file() + ": a node can start with it");
    }
    return String.join("\n", lines);
  }

  private Map<String, Object> json(Found found) {
    Map<String, Object> object = ConfigOptions.object();
    object.put("file", options.file().toString());
    object.put("usable", found.faults().isEmpty());
    object.put("faults", found.faults().stream().map(CheckCommand::json).toList());
    object.put("warnings", found.warnings().stream().map(CheckCommand::json).toList());
    return object;
  }

  private static Map<String, Object> json(ConfigProblem problem) {
    Map<String, Object> object = ConfigOptions.object();
    ConfigOptions.put(object, problem.place());
    object.put("what", problem.what());
    return object;
  }
}
