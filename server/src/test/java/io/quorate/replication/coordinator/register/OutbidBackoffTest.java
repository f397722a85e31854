package io.quorate.replication.coordinator.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutbidBackoffTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** Else two that are far apart never get past each other. */
  @Test
  void oneThatWasOutbidWaitsForLongerTheLongerARoundTakes() {
    assertThat(OutbidBackoff.mostToWaitNanos(0, MILLI)).isEqualTo(4 * MILLI);
    assertThat(OutbidBackoff.mostToWaitNanos(9, MILLI)).isEqualTo(128 * MILLI);
    assertThat(OutbidBackoff.mostToWaitNanos(0, 200 * MILLI)).isEqualTo(200 * MILLI);
    assertThat(OutbidBackoff.mostToWaitNanos(9, 200 * MILLI)).isEqualTo(800 * MILLI);
    assertThat(OutbidBackoff.mostToWaitNanos(0, 30_000 * MILLI)).isEqualTo(1_000 * MILLI);
  }

  @Test
  void theFirstAttemptAfterItWasOutbidComesAtOnceAndLaterOnesAfterAWait() {
    OutbidBackoff backoff = new OutbidBackoff();
    backoff.roundTakes(200 * MILLI);
    backoff.roundTakes(MILLI);
    assertThat(backoff.outbid(0, 7)).isTrue();
    assertThat(backoff.outbid(0, 7)).isFalse();
    assertThat(backoff.isOver(0)).isFalse();
    assertThat(backoff.isOver(200 * MILLI)).as("as its longest round").isTrue();
  }
}
