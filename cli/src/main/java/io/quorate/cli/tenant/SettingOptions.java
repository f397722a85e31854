package io.quorate.cli.tenant;

import io.quorate.cli.command.ByteCounts;
import io.quorate.cli.command.Choices;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * What a tenant is like, and what its operations do when they do not say: an option for each
 * setting of a tenant that is created.
 */
@Command // so that it may be among the options of a command, though it has none by annotation
public class SettingOptions {
  private final List<TenantSetting<?>> settings;

  /** Settings whose options are refused with a reason, and are in no help. */
  private final List<TenantSetting<?>> refused;

  private @Nullable CommandSpec command;

  /** The options of a tenant that is there already: all but those that are never changed. */
  @Command
  static final class OfAlteration extends SettingOptions {
    OfAlteration() {
      super(withFixed(false), withFixed(true));
    }
  }

  /** The options that say what a tenant is from its creation on: those that are never changed. */
  @Command
  public static final class OfModel extends SettingOptions {
    public OfModel() {
      super(withFixed(true), List.of());
    }
  }

  SettingOptions() {
    this(TenantSetting.all(), List.of());
  }

  private SettingOptions(List<TenantSetting<?>> settings, List<TenantSetting<?>> refused) {
    this.settings = settings;
    this.refused = refused;
  }

  private static List<TenantSetting<?>> withFixed(boolean fixed) {
    return TenantSetting.all().stream().filter(each -> each.isFixed() == fixed).toList();
  }

  /** Adds the options to the command that has these options among its own. */
  @Spec(Spec.Target.MIXEE)
  void setCommand(CommandSpec spec) {
    command = spec;
    settings.forEach(setting -> spec.addOption(option(setting).build()));
    refused.forEach(setting -> spec.addOption(option(setting).hidden(true).build()));
  }

  /** The names of the options, as in a sentence. */
  String names() {
    List<String> names = settings.stream().map(SettingOptions::name).toList();
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /**
   * Returns what was given.
   *
   * @throws ParameterException if a setting was given that is never changed
   */
  public TenantSettings settings() {
    TenantSettings given = TenantSettings.DEFAULT;
    if (command != null) {
      ParseResult parsed = command.commandLine().getParseResult();
      for (TenantSetting<?> setting : settings) {
        given = with(given, setting, parsed);
      }
      for (TenantSetting<?> setting : refused) {
        if (parsed.hasMatchedOption(name(setting))) {
          throw new ParameterException(
              command.commandLine(),
              name(setting)
                  + " is given when a tenant is created, and never changed: create another tenant,"
                  + " and copy the keys to it");
        }
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

  /** What a shell completes; null if there is no list of it. */
  private static @Nullable Iterable<String> words(TenantSetting<?> setting) {
    return switch (setting.kind()) {
      case LEVEL -> new Levels();
      case READ_REPAIR -> new ReadRepairs();
      case CHOICE -> new Choices(setting.type());
      case DURATION, COUNT, BYTES -> null;
    };
  }

  private static OptionSpec.Builder option(TenantSetting<?> setting) {
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
            .completionCandidates(words(setting))
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
    return converter == null ? option : option.converters(converter);
  }
}
