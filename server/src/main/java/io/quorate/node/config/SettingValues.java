package io.quorate.node.config;

import io.quorate.model.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was set, checked against the catalogue: file first, then what overrides it. */
final class SettingValues {
  /** Edits between what was typed and what was meant, at most, in a typing error. */
  private static final int TYPO_EDITS_MAX = 2;

  /** For the hint only: anything nearer than this is worth showing. */
  private static final int HINT_EDITS_MAX = 6;

  /** No setting is as long, and to compare is to look at each pair of characters. */
  private static final int HINT_CHARS_MAX = 100;

  private final Map<String, RawValue> values = new LinkedHashMap<>();
  private final Set<ConfigProblem> problems = new LinkedHashSet<>();

  /** Keys of settings, and sections, whose values could not be read: their defaults stand in. */
  private final Set<String> unusable = new HashSet<>();

  /** Says what {@code node.data_dir} is where neither a file nor the environment sets it. */
  static final String DEFAULT_DATA_DIR = "QUORATE_DEFAULT_DATA_DIR";

  /**
   * Adds what an image has in place of defaults, before all that an operator says: with the
   * variable of the setting itself, it would override a file that is mounted, and data would be
   * written where no volume is.
   */
  SettingValues addDefaults(Map<String, String> environment) {
    String directory = environment.getOrDefault(DEFAULT_DATA_DIR, "");
    if (!directory.isEmpty()) {
      values.put(
          Settings.DATA_DIR.key(),
          new RawValue(directory, new Place(DEFAULT_DATA_DIR, 0), DEFAULT_DATA_DIR));
    }
    return this;
  }

  /** Adds what stands in a file. */
  SettingValues addFile(ConfigFile file) {
    file.leftOut()
        .forEach(
            each -> {
              unusable.add(each.key());
              problems.add(each.problem());
            });
    return addKeys(file.values());
  }

  /** Adds what was given as keys. */
  SettingValues addKeys(Map<String, RawValue> raw) {
    List<String> known = Settings.ALL.stream().map(Setting::key).toList();
    raw.forEach(
        (key, value) -> {
          if (known.contains(key)) {
            values.put(key, value);
          } else {
            problems.add(
                new ConfigProblem(
                    value.place(), "unknown setting " + Quoted.of(key) + hint(key, known)));
          }
        });
    return this;
  }

  /**
   * Adds the variables that name settings. A variable that begins like one and is unknown is
   * refused, and so is one that looks like a typing error; others that share our prefix are left
   * alone, for container platforms invent such names by themselves (QUORATE_SERVICE_HOST,
   * QUORATE_PORT).
   */
  SettingValues addVariables(Map<String, String> environment) {
    Map<String, Setting<?>> known = new LinkedHashMap<>();
    Settings.ALL.forEach(setting -> known.put(setting.variable(), setting));
    List<String> sections =
        Settings.ALL.stream()
            .map(s -> s.variable().substring(0, s.variable().length() - s.name().length()))
            .distinct()
            .toList();
    new TreeMap<>(environment)
        .forEach(
            (variable, text) -> {
              Setting<?> setting = known.get(variable);
              if (setting != null) {
                values.put(setting.key(), new RawValue(text, Place.ENVIRONMENT, variable));
              } else if (variable.startsWith(Settings.VARIABLE_PREFIX)
                  && (sections.stream().anyMatch(variable::startsWith)
                      || looksLikeOne(variable, known.keySet()))) {
                problems.add(
                    new ConfigProblem(
                        Place.ENVIRONMENT,
                        "unknown variable "
                            + variable
                            + hint(variable, List.copyOf(known.keySet()))));
              }
            });
    return this;
  }

  private static boolean looksLikeOne(String variable, Set<String> known) {
    return variable.length() <= HINT_CHARS_MAX
        && Nearest.to(variable, known, TYPO_EDITS_MAX) != null;
  }

  /** All settings, as a file would say them, with where each value is from. */
  List<String> inForce() {
    List<String> lines = new ArrayList<>();
    String section = "";
    for (Setting<?> setting : Settings.ALL) {
      if (!setting.section().equals(section)) {
        section = setting.section();
        lines.add(section + ":");
      }
      RawValue raw = values.get(setting.key());
      if (raw != null) {
        lines.add(
            "  %s: '%s'  # %s"
                .formatted(setting.name(), raw.text().replace("'", "''"), raw.place()));
      } else if (setting.fallback().isEmpty()) {
        lines.add("  # %s: of no fixed default".formatted(setting.name()));
      } else {
        lines.add("  %s: %s  # default".formatted(setting.name(), setting.fallback()));
      }
    }
    return lines;
  }

  /** All settings, in the order of {@code config/quorate.yml}. Every value is allowed. */
  List<SettingInForce> settings() {
    List<SettingInForce> all = new ArrayList<>();
    Settings.ALL.forEach(setting -> all.add(inForce(setting)));
    return List.copyOf(all);
  }

  private <T> SettingInForce inForce(Setting<T> setting) {
    RawValue raw = values.get(setting.key());
    String fallback = setting.fallback();
    if (raw == null) {
      return new SettingInForce(setting.key(), fallback, fallback, null, setting.variable(), false);
    }
    Format.Reader<T> reader = setting.format().reader();
    boolean same =
        raw.text().equals(fallback)
            || (!fallback.isEmpty() && reader.read(raw.text()).equals(reader.read(fallback)));
    return new SettingInForce(
        setting.key(), raw.text(), fallback, raw.place(), setting.variable(), !same);
  }

  private static String hint(String word, List<String> known) {
    String nearest =
        word.length() > HINT_CHARS_MAX ? null : Nearest.to(word, known, HINT_EDITS_MAX);
    if (nearest != null) {
      return "; did you mean '" + nearest + "'?";
    }
    String beginning = word.substring(0, word.indexOf('.') + 1);
    List<String> sameSection = known.stream().filter(k -> k.startsWith(beginning)).toList();
    return beginning.isEmpty() || sameSection.isEmpty()
        ? "; sections are "
            + Settings.ALL.stream()
                .map(Setting::section)
                .distinct()
                .collect(Collectors.joining(", "))
        : "; known are " + String.join(", ", sameSection);
  }

  /** The value, or the setting's own default; a bad value is remembered as a problem. */
  <T> T get(Setting<T> setting) {
    T value = set(setting);
    return value == null ? setting.format().reader().read(setting.fallback()) : value;
  }

  /** The value, or another one where the setting's default follows from others. */
  <T> T get(Setting<T> setting, T otherwise) {
    T value = set(setting);
    return value == null ? otherwise : value;
  }

  private <T> @Nullable T set(Setting<T> setting) {
    RawValue raw = values.get(setting.key());
    if (raw != null) {
      try {
        return setting.format().reader().read(raw.text());
      } catch (IllegalArgumentException notAllowed) {
        unusable.add(setting.key());
        problems.add(
            new ConfigProblem(
                raw.place(),
                "%s is %s; allowed: %s"
                    .formatted(raw.name(), Quoted.of(raw.text()), setting.format().allowed())));
      }
    }
    return null;
  }

  /**
   * Remembers that settings, each allowed by itself, do not go together. Says nothing if one of
   * them could not be read: what its default would break is no problem of the operator's.
   *
   * @param setting the one to correct
   * @param others that {@code fact} was judged by
   */
  void require(boolean fact, Setting<?> setting, String problem, Setting<?>... others) {
    if (!fact && isUsable(setting) && Stream.of(others).allMatch(this::isUsable)) {
      RawValue raw = values.get(setting.key());
      problems.add(
          raw == null
              ? new ConfigProblem(null, setting.key() + ": " + problem)
              : new ConfigProblem(raw.place(), raw.name() + ": " + problem));
    }
  }

  private boolean isUsable(Setting<?> setting) {
    return !unusable.contains(setting.key()) && !unusable.contains(setting.section());
  }

  /**
   * @throws ConfigException if there was any problem; names them all
   */
  void throwProblems() throws ConfigException {
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
  }
}
