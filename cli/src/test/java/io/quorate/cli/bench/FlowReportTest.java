package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.Tally;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowReportTest {
  /** Errors of one second of a restart are another matter than those of all of it. */
  @Test
  void failuresTellWhenTheyCame() {
    Tally tally = new Tally();
    tally.failure("unavailable", "no quorum", 12_500_000_000L);
    tally.failure("unavailable", "no quorum again", 14_000_000_000L);
    assertThat(FlowReport.failures(tally, 2_000_000_000L))
        .isEqualTo(
            Map.of(
                "unavailable",
                Map.of("count", 2L, "first_s", 10.5, "last_s", 12.0, "example", "no quorum")));
  }
}
