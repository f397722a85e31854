package io.quorate.cli.backup;

import io.quorate.cli.command.ClusterOptions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Tenants of a backup: takes the place of the option of the same name by which other commands take
 * the one tenant that their keys are of. Stands after {@code ClusterOptions} in a command.
 */
@Command // so that it may be among the options of a command, though it has none by annotation
class TenantsOption {
  private static final String NAME = "--tenant";

  private final String label;
  private final String description;
  private @Nullable CommandSpec command;

  /** Tenants that are backed up. */
  @Command
  static final class OfBackup extends TenantsOption {
    OfBackup() {
      super("NAME", "A tenant that is backed up; may be given many times. Default: all tenants");
    }
  }

  /** Tenants that are restored. */
  @Command
  static final class OfRestore extends TenantsOption {
    OfRestore() {
      super(
          "NAME[=OTHER]",
          "A tenant of the backup that is restored, under its name or another one; may be given"
              + " many times.");
    }
  }

  private TenantsOption(String label, String description) {
    this.label = label;
    this.description = description;
  }

  @Spec(Spec.Target.MIXEE)
  void setCommand(CommandSpec spec) {
    command = spec;
    spec.remove(Objects.requireNonNull(spec.findOption(NAME), "the cluster's options come first"));
    spec.addOption(
        OptionSpec.builder(NAME)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .description(description)
            .build());
  }

  /**
   * Returns what was given.
   *
   * @throws ParameterException if a name is blank
   */
  List<String> tenants() {
    if (command == null) {
      return List.of();
    }
    List<String> given =
        command.commandLine().getParseResult().matchedOptionValue(NAME, List.<String>of());
    if (given.stream().anyMatch(String::isBlank)) {
      throw new ParameterException(command.commandLine(), ClusterOptions.BLANK_TENANT);
    }
    return given;
  }
}
