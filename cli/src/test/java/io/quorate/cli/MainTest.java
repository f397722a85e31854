package io.quorate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
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

  /** A bench or a shell may outlive the address of a node. */
  @Test
  void everyCommandLooksNamesUpAgainAfterSeconds() throws Exception {
    Process process = Children.start(TellsLookups.class, List.of("--version"));
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    assertThat(said).contains("quorate ", "found 2 s, not found 1 s");
  }

  /** Runs a command, and tells at its end for how long the JVM keeps what it knows of names. */
  public static final class TellsLookups {
    private TellsLookups() {}

    public static void main(String[] args) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () ->
                      System.out.printf(
                          "found %s s, not found %s s%n",
                          Security.getProperty("networkaddress.cache.ttl"),
                          Security.getProperty("networkaddress.cache.negative.ttl"))));
      Main.main(args);
    }
  }
}
