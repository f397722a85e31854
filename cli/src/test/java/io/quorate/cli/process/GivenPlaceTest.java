package io.quorate.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What programs of users have of the place that the launcher was started in. */
class GivenPlaceTest {
  private static final Path OOM_SCORE = Path.of("/proc/self/oom_score_adj");

  private static String printed(String script, Map<String, String> given) throws IOException {
    ProcessBuilder program = new ProcessBuilder("sh", "-c", script);
    program.environment().put("LC_ALL", "C.UTF-8");
    program.environment().put("LC_NUMERIC", "C");
    Process process = GivenPlace.start(program, given::get);
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }

  @Test
  void aProgramHasTheLocaleOfBefore() throws IOException {
    String script = "echo ${LC_ALL-none} ${LC_CTYPE-none} ${LC_MESSAGES-none} ${LC_NUMERIC-none}";
    assertThat(
            printed(
                script,
                Map.of(
                    "quorate.given.locale", "kept",
                    "quorate.given.LC_CTYPE", "fr_FR.UTF-8",
                    "quorate.given.LC_NUMERIC", "de_DE.UTF-8")))
        .isEqualTo("none fr_FR.UTF-8 none de_DE.UTF-8");
    assertThat(printed(script, Map.of())).as("without the launcher").startsWith("C.UTF-8 ");
  }

  /** A higher score than this process has, for a lower one may not be allowed. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aProgramHasThePlaceOfBeforeAndThisProcessKeepsItsOwn() throws IOException {
    String own = Files.readString(OOM_SCORE);
    String given = Integer.toString(Math.min(1_000, Integer.parseInt(own.strip()) + 7));
    assertThat(printed("cat " + OOM_SCORE, Map.of("quorate.given.oom_score_adj", given)))
        .isEqualTo(given);
    assertThat(Files.readString(OOM_SCORE)).isEqualTo(own);
  }
}
