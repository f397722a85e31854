package io.quorate.cli.config;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Table;
import io.quorate.node.NodeMemory;
import io.quorate.node.config.ConfigException;
import io.quorate.node.config.Memory;
import io.quorate.node.config.NodeConfig;
import io.quorate.node.config.Place;
import io.quorate.node.config.SettingInForce;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows every setting as it would hold for a node. */
@Command(
    name = "show",
    description =
        "Shows every setting as it would hold for a node that is started now, and where its value"
            + " is from. A node that runs has what held when it was started. Secrets are in files"
            + " of their own, which are named and not read. Exit code 2 if the configuration cannot"
            + " be used.")
public final class ShowCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--changed", description = "Only settings that are not at their defaults.")
  private boolean changed;

  public ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Memory memory = options.memory();
    try {
      List<SettingInForce> settings =
          NodeConfig.settings(options.file(), System.getenv(), memory).stream()
              .filter(each -> each.changed() || !changed)
              .toList();
      String shared =
          options.heapIsUnknown().map(why -> why + "; usual would be:\n").orElse("")
              + NodeMemory.describe(
                  memory, NodeConfig.load(options.file(), System.getenv(), memory));
      options.output(console).result(json(settings), () -> text(settings, shared));
      return ExitCode.DONE;
    } catch (ConfigException wrong) {
      throw new CommandFailedException(ExitCode.USAGE, String.valueOf(wrong.getMessage()));
    }
  }

  private String text(List<SettingInForce> settings, String shared) {
    if (settings.isEmpty()) {
      return "every setting is at its default";
    }
    Table table = new Table("setting", "value", "from");
    for (SettingInForce each : settings) {
      table.row(each.key(), each.value().isEmpty() ? "-" : each.value(), from(each));
    }
    return changed ? table.toString() : table + "\n" + shared;
  }

  private static String from(SettingInForce setting) {
    Place place = setting.place();
    if (place == null) {
      return setting.fallback().isEmpty() ? "not set" : "default";
    }
    return place.equals(Place.ENVIRONMENT) ? place + ", " + setting.variable() : place.toString();
  }

  private Map<String, Object> json(List<SettingInForce> settings) {
    Map<String, Object> object = ConfigOptions.object();
    object.put("file", options.file().toString());
    object.put("settings", settings.stream().map(ShowCommand::json).toList());
    return object;
  }

  private static Map<String, Object> json(SettingInForce setting) {
    Map<String, Object> object = ConfigOptions.object();
    object.put("setting", setting.key());
    if (!setting.value().isEmpty()) {
      object.put("value", setting.value());
    }
    object.put("changed", setting.changed());
    if (setting.place() == null) {
      object.put("source", "default");
    }
    ConfigOptions.put(object, setting.place());
    object.put("variable", setting.variable());
    return object;
  }
}
