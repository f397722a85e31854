package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

class FlowTest {
  private static final long MILLI = 1_000_000;
  private final Flow flow = new Flow(4, 2, 0, 100 * MILLI);

  @Test
  void latencyCountsFromTheSchedule() {
    flow.offered(0, 0);
    flow.succeeded(0, 0, 90 * MILLI);
    flow.offered(1, 0);
    flow.succeeded(1, 0, 200 * MILLI);

    assertThat(flow.good(0)).isEqualTo(1);
    assertThat(flow.good(1)).as("answered after its deadline").isZero();
    assertThat(flow.latencies(1).getMaxValue()).isBetween(199 * MILLI, 201 * MILLI);
    assertThat(flow.goodput()).isEqualTo(0.25);
  }

  @Test
  void eachSecondHasItsOwnLatencies() {
    flow.succeeded(0, 0, 10 * MILLI);
    flow.endSecond();
    flow.succeeded(1, 1_000 * MILLI, 1_030 * MILLI);
    flow.endSecond();

    assertThat(flow.bySecond())
        .extracting(Window.Second::operations, second -> second.p99Nanos() / MILLI)
        .containsExactly(tuple(1L, 10L), tuple(1L, 30L));
  }

  @Test
  void recoveryIsWhereEnoughIsServedFromThenOn() {
    for (int millis = 0; millis < 4_000; millis += 10) {
      flow.offered(0, millis * MILLI);
      boolean lost = millis < 700 || (millis >= 1_200 && millis < 1_400);
      if (!lost) {
        flow.succeeded(0, millis * MILLI, millis * MILLI + MILLI);
      }
    }

    assertThat(flow.secondsUntilServed(0.9)).isEqualTo(1.3);
    assertThat(flow.goodBySecond()).containsExactly(30L, 80L, 100L, 100L);
  }

  @Test
  void whatIsNeverServedNeverRecovers() {
    flow.offered(0, 3_999 * MILLI);
    assertThat(flow.secondsUntilServed(0.9)).isEqualTo(-1);
  }
}
