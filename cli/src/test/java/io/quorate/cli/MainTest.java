package io.quorate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The process as it is started. */
class MainTest {
  /** Arabic, Persian, Bengali and others have digits of their own, and Java writes them. */
  @Test
  void numbersAreWrittenWithTheSameDigitsInAllLocales() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=ar",
                "-Duser.country=EG",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "get",
                "\uFFFD")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    assertThat(said).contains("argument 2, ");
    assertThat(process.exitValue()).isEqualTo(ExitCode.USAGE);
  }
}
