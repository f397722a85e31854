package io.quorate.cli.tenant;

import io.quorate.cli.command.ByteCounts;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.Levels;
import io.quorate.cli.command.ReadRepairs;
import io.quorate.client.admin.TenantSetting;
import io.quorate.client.admin.TenantSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * What a tenant is like, and what its operations do when they do not say: an option for each
 * setting of a tenant that is created.
 */
@Command // so that it may be among the options of a command, though it has none by annotation
public class SettingOptions {
  private final List<TenantSetting<?>> settings;
  private @Nullable CommandSpec command;

  /** The options of a tenant that is there already: all but those that are never changed. */
  @Command
  static final class OfAlteration extends SettingOptions {
    OfAlteration() {
      super(TenantSetting.all().stream().filter(setting -> !setting.isFixed()).toList());
    }
  }

  /** The options that say what a tenant is from its creation on: those that are never changed. */
  @Command
  public static final class OfModel extends SettingOptions {
    public OfModel() {
      super(TenantSetting.all().stream().filter(TenantSetting::isFixed).toList());
    }
  }

  SettingOptions() {
    this(TenantSetting.all());
  }

  private SettingOptions(List<TenantSetting<?>> settings) {
    this.settings = settings;
  }

  /** Adds the options to the command that has these options among its own. */
  @Spec(Spec.Target.MIXEE)
  void setCommand(CommandSpec spec) {
    command = spec;
    settings.forEach(setting -> spec.addOption(option(setting)));
  }

  /** The names of the options, as in a sentence. */
  String names() {
    List<String> names = settings.stream().map(SettingOptions::name).toList();
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /** Returns what was given. */
  public TenantSettings settings() {
    TenantSettings given = TenantSettings.DEFAULT;
    if (command != null) {
      ParseResult parsed = command.commandLine().getParseResult();
      for (TenantSetting<?> setting : settings) {
        given = with(given, setting, parsed);
      }
    }
    return given;
  }

  private static <T> TenantSettings with(
      TenantSettings others, TenantSetting<T> setting, ParseResult parsed) {
    T value = setting.type().cast(parsed.matchedOptionValue(name(setting), null));
    return value == null ? others : others.with(setting, value);
  }

  /** That it is a default goes without saying, and a duration is given with its unit. */
  private static String name(TenantSetting<?> setting) {
    String name = setting.name().replaceFirst("^default_", "").replaceFirst("_ms$", "");
    return "--" + name.replace('_', '-');
  }

  private static OptionSpec option(TenantSetting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(name(setting))
            .type(setting.type())
            .paramLabel(
                switch (setting.kind()) {
                  case LEVEL -> "LEVEL";
                  case DURATION -> "DURATION";
                  case READ_REPAIR -> "MODE";
                  case COUNT -> "N";
                  case BYTES -> "BYTES";
                  case CHOICE -> "POLICY";
                })
            .description(setting.description());
    ITypeConverter<?> converter =
        switch (setting.kind()) {
          case LEVEL -> new Levels();
          case DURATION -> new Durations();
          case READ_REPAIR -> new ReadRepairs();
          case BYTES -> new ByteCounts();
          case CHOICE -> new Choices(setting.type());
          case COUNT -> null; // as the command line converts its type
        };
    return converter == null ? option.build() : option.converters(converter).build();
  }
}
