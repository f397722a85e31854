package io.quorate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailureReportTest {
  /** Lines after the first may be commands, which are copied as they stand. */
  @Test
  void theFirstLineSaysWhoseTheyAre() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false);
    FailureReport.of(
            new CommandFailedException(
                ExitCode.FAILED, "tenants differ. Give:\n  quorate one\n  quorate two\n"))
        .print(console, false);
    assertThat(err.toString(UTF_8))
        .isEqualToNormalizingNewlines(
            "quorate: tenants differ. Give:\n  quorate one\n  quorate two\n");
  }

  /** A request for more than fits is not an error of the program. */
  @Test
  void outOfMemorySaysHowMuchThereIsAndWhatToAskForLess() {
    FailureReport report =
        FailureReport.of(new CompletionException(new OutOfMemoryError("Java heap space")));
    assertThat(report.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(report.kind()).isEqualTo("out_of_memory");
    assertThat(report.message())
        .contains(" MiB", "--keys", "--value-size", "QUORATE_JAVA_OPTS")
        .doesNotContain("fault of this program");
  }
}
