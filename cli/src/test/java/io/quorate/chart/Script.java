package io.quorate.chart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A script of the chart, run where {@code quorate} is a command of the test's own. */
final class Script {
  private final Path directory;
  private final Map<String, String> environment = new TreeMap<>();

  /** How it ended, and the commands that it gave. */
  record Ended(int exitCode, String out, List<String> commands) {
    /** Of lines such as those of {@code env}. */
    Map<String, String> variables() {
      Map<String, String> variables = new TreeMap<>();
      out.lines()
          .map(line -> line.split("=", 2))
          .filter(parts -> parts.length == 2)
          .forEach(parts -> variables.put(parts[0], parts[1]));
      return variables;
    }
  }

  /**
   * @param command what {@code quorate} does, in bash
   */
  Script(Path directory, Map<String, String> environment, String command) throws IOException {
    this.directory = directory;
    this.environment.putAll(environment);
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path file = bin.resolve("quorate");
    Files.writeString(
        file, "#!/usr/bin/env bash\necho \"$*\" >> '" + said() + "'\n" + command + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    this.environment.put("PATH", bin + ":" + System.getenv("PATH"));
  }

  private Path said() {
    return directory.resolve("said");
  }

  Ended run(String text) throws Exception {
    Files.deleteIfExists(said());
    Path script = Files.writeString(directory.resolve("script.sh"), text);
    ProcessBuilder builder = new ProcessBuilder("bash", script.toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return new Ended(
        process.exitValue(), out, Files.exists(said()) ? Files.readAllLines(said()) : List.of());
  }
}
