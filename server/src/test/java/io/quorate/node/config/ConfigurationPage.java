package io.quorate.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reference of all settings, made of {@link Settings} (names, defaults, ranges) and of the
 * comments in {@code config/quorate.yml}, which explain them.
 */
final class ConfigurationPage {
  private static final Pattern SETTING = Pattern.compile("  (?:# )?([a-z_]+): .*");
  private static final Pattern COMMENT = Pattern.compile("  # ?( *)(.*)");
  private static final Pattern SECTION = Pattern.compile("([a-z]+):");

  private static final String HEAD =
      """
      # Configuration

      This page is made from the settings themselves; `ConfigurationPageTest` says how to make it again.

      A node reads one YAML file: `quorate server --config FILE`. [config/quorate.yml](../config/quorate.yml) has every setting with its
      default, so leave out what you do not change. An unknown setting, or a value outside the allowed range, is refused at
      start with its line.

      Each setting can be overridden by an environment variable, whose name stands in the tables; lists are separated by commas.

      Sizes are bytes, or have a unit: `4096`, `64KiB`, `256MiB`, `1GiB`. Durations have a unit: `100us`, `50ms`, `2s`, `5m`.
      Settings marked [cluster] must be equal on all nodes. A change takes effect at the next start.

      `quorate config check FILE` says all that is wrong with a file without starting a node, one fault a line, and whether what it
      names can be used: certificates and keys, master keys, the data directory. It changes nothing. `quorate config show FILE` shows
      each setting as it would hold, and where its value is from: a line of the file, the environment, or the default; `--changed`
      leaves out the defaults. Run both as the user of the node, in its directory and with its environment.
      """;

  /** Settings that one comment explains. */
  private record Group(String section, List<String> comment, List<String> names) {}

  private final Map<String, Setting<?>> settings = new LinkedHashMap<>();
  private final StringBuilder page = new StringBuilder(HEAD);

  private ConfigurationPage() {
    for (Setting<?> setting : Settings.ALL) {
      settings.put(setting.key(), setting);
    }
  }

  /** The page; {@code yaml} is the text of {@code config/quorate.yml}. */
  static String of(String yaml) {
    ConfigurationPage page = new ConfigurationPage();
    String section = "";
    for (Group group : groups(yaml)) {
      if (!group.section().equals(section)) {
        section = group.section();
        page.page.append("\n## ").append(section).append('\n');
      }
      page.write(group);
    }
    if (!page.settings.isEmpty()) {
      throw new IllegalStateException("not in the file: " + page.settings.keySet());
    }
    return page.page.toString();
  }

  private static List<Group> groups(String yaml) {
    List<Group> groups = new ArrayList<>();
    String section = "";
    List<String> comment = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String line : (yaml + "\n\n").split("\n", -1)) {
      Matcher setting = SETTING.matcher(line);
      Matcher head = SECTION.matcher(line);
      Matcher text = COMMENT.matcher(line);
      if (head.matches()) {
        section = head.group(1);
      } else if (setting.matches() && isSetting(section, setting.group(1))) {
        names.add(setting.group(1));
      } else if (text.matches()) {
        if (!names.isEmpty()) { // the next one is explained without a blank line between
          groups.add(new Group(section, List.copyOf(comment), List.copyOf(names)));
          comment.clear();
          names.clear();
        }
        comment.add(text.group(1) + text.group(2));
      } else if (line.isBlank() && !names.isEmpty()) {
        groups.add(new Group(section, List.copyOf(comment), List.copyOf(names)));
        comment.clear();
        names.clear();
      }
    }
    return groups;
  }

  private static boolean isSetting(String section, String name) {
    return Settings.ALL.stream().anyMatch(each -> each.key().equals(section + "." + name));
  }

  private void write(Group group) {
    page.append('\n');
    for (String line : group.comment()) {
      if (line.matches(" {1,3}\\S+:.*")) {
        page.append("* ").append(line.strip().replaceFirst("^(\\S+):", "`$1`:")).append('\n');
      } else {
        page.append(line.startsWith("    ") ? "  " : "").append(line.strip()).append('\n');
      }
    }
    if (!group.comment().isEmpty()) {
      page.append('\n');
    }
    page.append("| setting | default | allowed | environment |\n|---|---|---|---|\n");
    for (String name : group.names()) {
      Setting<?> setting = settings.remove(group.section() + "." + name);
      if (setting == null) {
        throw new IllegalStateException(group.section() + "." + name + " is there twice");
      }
      page.append(
          "| `%s` | %s | %s | `%s` |\n"
              .formatted(
                  setting.key(),
                  setting.fallback().isEmpty() ? "see above" : "`" + setting.fallback() + "`",
                  setting.format().allowed(),
                  setting.variable()));
    }
  }
}
