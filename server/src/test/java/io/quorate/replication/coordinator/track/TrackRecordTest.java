package io.quorate.replication.coordinator.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.health.BreakerConfig;
import org.junit.jupiter.api.Test;

/** What one replica may be sent, and how far it is behind. */
class TrackRecordTest {
  private final TrackRecord track = new TrackRecord(new BreakerConfig(2, 1_000, 32));

  private void sent(int times) {
    for (int i = 0; i < times; i++) {
      track.sent();
    }
  }

  @Test
  void hasRoomUntilItOwesTooMuch() {
    sent(31);
    assertThat(track.hasRoom()).isTrue();
    sent(1);
    assertThat(track.hasRoom()).isFalse();
    track.answered();
    assertThat(track.hasRoom()).isTrue();
  }

  /** The few that it still gets are what tells that it copes again. */
  @Test
  void hasLittleRoomWhileItDoesNotCope() {
    sent(1);
    assertThat(track.hasRoom()).isTrue();
    track.breaker.failed(0);
    track.breaker.failed(0);
    assertThat(track.hasRoom()).isTrue();
    sent(1);
    assertThat(track.hasRoom()).isFalse();
  }

  /** Otherwise lost answers would take its room for ever. */
  @Test
  void censusCorrectsTheCount() {
    sent(32);
    track.beginCensus();
    track.count(5);
    track.endCensus(0);
    assertThat(track.outstanding()).isEqualTo(1);
    assertThat(track.hasRoom()).isTrue();
  }

  @Test
  void lagIsTheAgeOfTheOldestThatIsOwedEitherWay() {
    track.beginCensus();
    track.count(300);
    track.count(700);
    track.endCensus(0);
    assertThat(track.lagNanos()).isEqualTo(700);
    track.beginCensus();
    track.count(300);
    track.endCensus(9_000);
    assertThat(track.lagNanos()).isEqualTo(9_000);
    track.beginCensus();
    track.endCensus(0);
    assertThat(track.lagNanos()).isZero();
  }
}
