package io.quorate.replication.replica;

import static io.quorate.replication.replica.EpochGate.Admission.AHEAD;
import static io.quorate.replication.replica.EpochGate.Admission.SERVE;
import static io.quorate.replication.replica.EpochGate.Admission.STALE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Invariant.BrokenInvariant;
import org.junit.jupiter.api.Test;

class EpochGateTest {
  private final EpochGate gate = new EpochGate(2, new ReplicaRules());

  @Test
  void servesExactlyTheEpochItLearntOf() {
    assertThat(gate.raise(0, 3)).isTrue();

    assertThat(gate.admit(0, 2)).isEqualTo(STALE);
    assertThat(gate.admit(0, 3)).isEqualTo(SERVE);
    assertThat(gate.admit(0, 4)).isEqualTo(AHEAD);
    assertThat(gate.admit(1, 3)).isEqualTo(AHEAD);
  }

  @Test
  void aNewEpochIsServedOnlyWhenEverythingBegunUnderTheOldOneHasEnded() {
    gate.raise(0, 1);
    gate.lease(0);
    gate.lease(0);

    assertThat(gate.raise(0, 2)).isFalse();
    assertThat(gate.admit(0, 1)).as("the old epoch is fenced at once").isEqualTo(STALE);
    assertThat(gate.admit(0, 2)).as("the new one waits for the drain").isEqualTo(AHEAD);

    assertThat(gate.release(0)).isFalse();
    assertThat(gate.admit(0, 2)).isEqualTo(AHEAD);
    assertThat(gate.release(0)).isTrue();
    assertThat(gate.admit(0, 2)).isEqualTo(SERVE);
  }

  @Test
  void anEpochNeverGoesBack() {
    gate.raise(0, 5);

    assertThat(gate.raise(0, 4)).isFalse();
    assertThat(gate.admit(0, 4)).isEqualTo(STALE);
    assertThat(gate.current(0)).isEqualTo(5);
  }

  @Test
  void aLeaseComesBackOnce() {
    gate.raise(0, 1);
    gate.lease(0);
    gate.release(0);

    assertThatThrownBy(() -> gate.release(0)).isInstanceOf(BrokenInvariant.class);
  }
}
