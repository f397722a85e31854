package io.quorate.cli.command;

import java.nio.file.Path;
import java.util.Map;

/**
 * Options under a name, for a cluster that commands are often given to.
 *
 * @param directory of the file that it stands in, where relative paths in it begin
 * @param values by option, without the dashes before it
 */
record Profile(Path directory, Map<String, String> values) {
  /** Says nothing. */
  static final Profile NONE = new Profile(Path.of(""), Map.of());

  Profile {
    values = Map.copyOf(values);
  }

  /** Returns what was given, or what the profile says if nothing was; blank if it is silent too. */
  String or(String option, String given) {
    return given.isBlank() ? values.getOrDefault(option, "") : given;
  }

  /** Returns the same of a file. */
  String orFile(String option, String given) {
    String value = values.get(option);
    return given.isBlank() && value != null ? directory.resolve(value).toString() : given;
  }
}
