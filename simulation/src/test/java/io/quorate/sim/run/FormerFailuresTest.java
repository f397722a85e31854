package io.quorate.sim.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Seeds that failed once stay well. Those that are marked are run for each change, and all before a
 * release ({@code -Dquorate.seeds=all}): a change of the code leads most of them elsewhere, and
 * what they found has tests of its own.
 */
class FormerFailuresTest {
  private static final String FILE = "/former-failures.txt";

  /** Begins the lines of those that are run for each change. */
  private static final String MARK = "+ ";

  @ParameterizedTest
  @MethodSource
  void seedThatFailedIsWell(Scope scope, long seed, String workload) {
    RunSpec spec = RunSpec.of(scope);
    RunSpec run = workload.isEmpty() ? spec : spec.withWorkload(workload);
    assertThat(RunResult.of(seed, run).finding()).isNull();
  }

  static Stream<Arguments> seedThatFailedIsWell() throws IOException {
    boolean all = "all".equals(System.getProperty("quorate.seeds"));
    try (InputStream in =
        Objects.requireNonNull(FormerFailuresTest.class.getResourceAsStream(FILE))) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .filter(line -> all || line.startsWith(MARK))
          .map(line -> line.startsWith(MARK) ? line.substring(MARK.length()) : line)
          .map(line -> line.split(" ", 3))
          .map(
              words ->
                  Arguments.of(
                      Scope.ofWord(words[0]),
                      Long.parseLong(words[1]),
                      words.length > 2 ? words[2] : ""));
    }
  }
}
