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

/** What operations of a tenant do when they do not say: an option for each setting of a tenant. */
@Command // so that it may be among the options of a command, though it has none by annotation
final class SettingOptions {
  private @Nullable CommandSpec command;

  /** Adds the options to the command that has these options among its own. */
  @Spec(Spec.Target.MIXEE)
  void setCommand(CommandSpec spec) {
    command = spec;
    TenantSetting.all().forEach(setting -> spec.addOption(option(setting)));
  }

  /** The names of the options, as in a sentence. */
  static String names() {
    List<String> names = TenantSetting.all().stream().map(SettingOptions::name).toList();
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /** Returns what was given. */
  TenantSettings settings() {
    TenantSettings settings = TenantSettings.DEFAULT;
    if (command != null) {
      ParseResult parsed = command.commandLine().getParseResult();
      for (TenantSetting<?> setting : TenantSetting.all()) {
        settings = with(settings, setting, parsed);
      }
    }
    return settings;
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
          case COUNT, CHOICE -> null; // as the command line converts its type
        };
    return converter == null ? option.build() : option.converters(converter).build();
  }
}
