package io.quorate.cli.command;

import io.quorate.node.config.Nearest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The file that has profiles of the command line, in YAML: {@code profiles}, below it their names,
 * and below each name its options.
 */
final class ProfileFile {
  private static final String PROFILES = "profiles";
  private static final List<String> OPTIONS =
      List.of(
          "endpoints",
          "tenant",
          "tls-ca",
          "tls-cert",
          "tls-key",
          "tls-server-name",
          "user",
          "password-file",
          "token-file");
  private static final long BYTES_MAX = 1 << 20;
  private static final int EDITS_MAX = 3;

  private final Path file;

  ProfileFile(Path file) {
    this.file = file;
  }

  /**
   * Reads one profile. All of the file has to be understood.
   *
   * @throws IllegalArgumentException if there is none of this name, or the file cannot be
   *     understood; the message says what to do
   */
  Profile profile(String name) {
    Map<?, ?> all = mapping(read(), "");
    for (Object key : all.keySet()) {
      if (!PROFILES.equals(key)) {
        throw unusable("'" + key + "' is unknown there; it has '" + PROFILES + ":' alone");
      }
    }
    Map<String, Map<String, String>> profiles = new HashMap<>();
    mapping(all.get(PROFILES), PROFILES)
        .forEach((each, options) -> profiles.put(String.valueOf(each), options(each, options)));
    Map<String, String> chosen = profiles.get(name);
    if (chosen == null) {
      List<String> names = new ArrayList<>(profiles.keySet());
      names.sort(null);
      throw unusable("it has no profile '" + name + "'; its profiles are " + names);
    }
    Path directory = file.toAbsolutePath().getParent();
    return new Profile(directory == null ? Path.of("") : directory, chosen);
  }

  private @Nullable Object read() {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw unusable("it has more than 1 MiB, and that is not read");
      }
      LoaderOptions plain = new LoaderOptions();
      plain.setAllowDuplicateKeys(false);
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return new Yaml(new SafeConstructor(plain)).load(text);
    } catch (NoSuchFileException missing) {
      throw unusable(
          "there is no such file; write profiles into it, or name another with --client-config or"
              + " QUORATE_CLIENT_CONFIG");
    } catch (IOException unreadable) {
      throw unusable("it cannot be read: " + unreadable.getMessage());
    } catch (YAMLException malformed) {
      throw unusable("it is not YAML: " + malformed.getMessage());
    }
  }

  private Map<?, ?> mapping(@Nullable Object value, String at) {
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> mapping) {
      return mapping;
    }
    throw unusable(
        (at.isEmpty() ? "it" : "'" + at + "'") + " is no mapping; write 'name: value' lines below");
  }

  private Map<String, String> options(Object name, @Nullable Object written) {
    Map<String, String> options = new HashMap<>();
    mapping(written, "profile " + name)
        .forEach(
            (option, value) -> {
              String word = String.valueOf(option);
              if (!OPTIONS.contains(word)) {
                throw unusable(unknown(name, word));
              }
              if (!(value instanceof String || value instanceof Number)) {
                throw unusable("'" + word + "' of profile '" + name + "' has to be one value");
              }
              options.put(word, String.valueOf(value));
            });
    return options;
  }

  private static String unknown(Object name, String word) {
    String nearest = Nearest.to(word, OPTIONS, EDITS_MAX);
    return "'"
        + word
        + "' of profile '"
        + name
        + "' is unknown; "
        + (nearest == null ? "a profile has " + OPTIONS : "did you mean '" + nearest + "'?");
  }

  private IllegalArgumentException unusable(String why) {
    return new IllegalArgumentException("client configuration " + file + ": " + why);
  }
}
