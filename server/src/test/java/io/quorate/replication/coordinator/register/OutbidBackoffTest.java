package io.quorate.replication.coordinator.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutbidBackoffTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** Else two that are far apart never get past each other. */
  @Test
  void oneThatWasOutbidWaitsForLongerTheLongerARoundTakes() {
    assertThat(OutbidBackoff.mostMoreNanos(0, MILLI)).isEqualTo(4 * MILLI);
    assertThat(OutbidBackoff.mostMoreNanos(9, MILLI)).isEqualTo(128 * MILLI);
    assertThat(OutbidBackoff.mostMoreNanos(0, 200 * MILLI)).isEqualTo(200 * MILLI);
    assertThat(OutbidBackoff.mostMoreNanos(9, 200 * MILLI)).isEqualTo(800 * MILLI);
  }

  @Test
  void ofNearReplicasTheFirstAttemptComesAtOnceAndLaterOnesAfterAWait() {
    OutbidBackoff backoff = new OutbidBackoff();
    backoff.roundTakes(MILLI);
    assertThat(backoff.outbid(0, 7)).isTrue();
    assertThat(backoff.outbid(0, 7)).isFalse();
    assertThat(backoff.isOver(0)).isFalse();
    assertThat(backoff.isOver(4 * MILLI)).isTrue();
  }

  /** So long the other proposer, which has been promised its ballot, takes to have it accepted. */
  @Test
  void ofFarReplicasEachAttemptComesAfterARoundAtLeast() {
    OutbidBackoff backoff = new OutbidBackoff();
    backoff.roundTakes(200 * MILLI);
    backoff.roundTakes(MILLI);
    for (int draw = 0; draw < 3; draw++) {
      assertThat(backoff.outbid(0, draw)).isFalse();
      assertThat(backoff.isOver(200 * MILLI - 1)).as("its longest round").isFalse();
      assertThat(backoff.isOver((200 + (200 << draw)) * MILLI)).as("attempt %d", draw).isTrue();
    }
  }

  @Test
  void aRoundThatTookLongerThanFarReplicasTakeIsNotWaitedFor() {
    OutbidBackoff backoff = new OutbidBackoff();
    backoff.roundTakes(30_000 * MILLI);
    assertThat(backoff.outbid(0, 7)).isFalse();
    assertThat(backoff.isOver(2_000 * MILLI)).isTrue();
  }
}
