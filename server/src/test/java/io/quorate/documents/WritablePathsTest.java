package io.quorate.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.config.ConfigException;
import io.quorate.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What documents have a node write is where the unit lets it write: all else is read-only for it
 * ({@code ProtectSystem=strict}), and a node whose audit cannot be written does not start.
 */
class WritablePathsTest {
  private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
  private static final Path UNIT = Path.of("../config/quorate.service");

  /** Directories that systemd makes for the service, below these. */
  private static final Map<String, String> DIRECTORIES =
      Map.of("StateDirectory", "/var/lib", "LogsDirectory", "/var/log");

  @Test
  void whatExamplesHaveANodeWriteIsWritableUnderTheUnit() throws IOException {
    List<Path> writable = writable();
    List<String> seen = new ArrayList<>();
    for (Markdown document : Repository.documents()) {
      Matcher examples = YAML.matcher(Files.readString(document.file()));
      while (examples.find()) {
        for (Path file : written(examples.group(1))) {
          seen.add(file.toString());
          assertThat(writable)
              .as("%s: %s", Repository.name(document.file()), file)
              .anyMatch(file::startsWith);
        }
      }
    }
    assertThat(seen).contains("/var/lib/quorate", "/var/log/quorate/audit", "/var/log/quorate/log");
  }

  /** Of an example that is the configuration of a node, or a part of one; else nothing. */
  private static List<Path> written(String example) {
    try {
      NodeConfig config = NodeConfig.parse("example", example, Map.of());
      return Stream.of(config.node().dataDir(), config.log().file(), config.audit().file())
          .filter(Objects::nonNull)
          .filter(Path::isAbsolute) // else it is the default
          .toList();
    } catch (ConfigException ofSomethingElse) {
      return List.of();
    }
  }

  private static List<Path> writable() throws IOException {
    String unit = Files.readString(UNIT);
    assertThat(unit).contains("\nProtectSystem=strict\n");
    List<Path> writable = new ArrayList<>();
    DIRECTORIES.forEach(
        (option, parent) -> {
          Matcher named = Pattern.compile("(?m)^" + option + "=(\\w+)$").matcher(unit);
          if (named.find()) {
            writable.add(Path.of(parent, named.group(1)));
          }
        });
    return writable;
  }
}
