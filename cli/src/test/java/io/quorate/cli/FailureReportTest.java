package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailureReportTest {
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
