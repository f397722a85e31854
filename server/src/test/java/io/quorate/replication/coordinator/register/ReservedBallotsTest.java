package io.quorate.replication.coordinator.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.register.ReservedBallots.Reserved;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import org.junit.jupiter.api.Test;

/** How many ballots are kept, and which go. */
class ReservedBallotsTest {
  private static final int BYTES_MAX = 10_000;

  private final ReservedBallots ballots = new ReservedBallots(BYTES_MAX);

  private static Key key(int number) {
    return new Key(1, new byte[] {(byte) number});
  }

  private static Version ballot(long hlc) {
    return new Version(1, hlc, new NodeId(1), 1);
  }

  private static Record register(int bytes) {
    return Register.of(null, 0)
        .after(new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0), new byte[bytes])
        .toRecord(ballot(1));
  }

  private void put(int key, int bytes) {
    ballots.put(key(key), new Reserved(ballot(2), register(bytes)));
  }

  @Test
  void eachIsGivenOutOnce() {
    put(1, 10);

    assertThat(ballots.take(key(1))).isNotNull();
    assertThat(ballots.take(key(1))).isNull();
  }

  @Test
  void theOldestGoWhenThereIsNoRoom() {
    put(1, 4_000);
    put(2, 4_000);
    put(1, 4_000);
    put(3, 4_000);

    assertThat(ballots.take(key(2))).isNull();
    assertThat(ballots.take(key(1))).isNotNull();
    assertThat(ballots.take(key(3))).isNotNull();
  }

  @Test
  void whatWasGivenOutTakesNoRoom() {
    for (int i = 0; i < 10; i++) {
      put(i, 4_000);
      assertThat(ballots.take(key(i))).isNotNull();
    }
    put(20, 4_000);
    put(21, 4_000);

    assertThat(ballots.take(key(20))).isNotNull();
    assertThat(ballots.take(key(21))).isNotNull();
  }

  @Test
  void aLargeRegisterIsNotKept() {
    assertThat(ReservedBallots.isSmallEnough(register(10_000))).isTrue();
    assertThat(ReservedBallots.isSmallEnough(register(100_000))).isFalse();
  }
}
