package io.quorate.replication.coordinator.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.version.Record;
import io.quorate.version.Register;
import io.quorate.version.Version;
import io.quorate.version.WriteId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a read of a register needs no second round. */
class RegisterReadingTest {
  private static final Register.Change GIVEN =
      new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0);

  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);

  private static final Record ONE = accepted(1);
  private static final Record TWO = accepted(2);

  private final RegisterReading reading =
      new RegisterReading(Quorum.of(List.of(A, B, C), Level.QUORUM), false);

  private static Record accepted(int number) {
    return Register.of(null, 0)
        .after(GIVEN, new byte[] {(byte) number})
        .toRecord(new Version(1, number, A, 1));
  }

  @Test
  void aMajorityThatHasAcceptedTheSameAgrees() {
    reading.answer(A, ONE.summary(), ONE);
    assertThat(reading.isAgreed()).isFalse();
    reading.answer(B, ONE.summary(), null);

    assertThat(reading.isAgreed()).isTrue();
    assertThat(reading.agreed()).isEqualTo(ONE);
  }

  /** A higher ballot of a minority is not chosen. */
  @Test
  void whatAMinorityHasAcceptedDoesNotMatter() {
    reading.answer(A, TWO.summary(), TWO);
    reading.answer(B, ONE.summary(), ONE);
    assertThat(reading.mayAgree()).isTrue();
    reading.answer(C, ONE.summary(), null);

    assertThat(reading.agreed()).isEqualTo(ONE);
  }

  /** Else a read beside a write that its own node has accepted first waits for nothing. */
  @Test
  void whatOthersHaveAcceptedBeforeIsNotSentByAnyOfThem() {
    reading.answer(A, TWO.summary(), TWO);
    reading.answer(B, ONE.summary(), null);
    assertThat(reading.mayAgree()).as("C may have what A has").isTrue();
    reading.answer(C, ONE.summary(), null);

    assertThat(reading.isAgreed()).isFalse();
    assertThat(reading.mayAgree()).isFalse();
  }

  @Test
  void nothingIsAgreedOnLikeSomething() {
    reading.answer(A, null, null);
    reading.answer(B, null, null);

    assertThat(reading.isAgreed()).isTrue();
    assertThat(reading.agreed()).isNull();
  }

  @Test
  void differentBallotsDoNotAgree() {
    reading.answer(A, TWO.summary(), TWO);
    reading.answer(B, ONE.summary(), ONE);
    reading.fail(C);

    assertThat(reading.isAgreed()).isFalse();
    assertThat(reading.mayAgree()).isFalse();
  }

  @Test
  void bothSetsOfAMoveMustAgree() {
    NodeId d = new NodeId(4);
    RegisterReading moving =
        new RegisterReading(
            new Quorum(
                List.of(
                    new Quorum.Group(List.of(A, B, C), 2), new Quorum.Group(List.of(A, B, d), 2))),
            false);
    moving.answer(A, ONE.summary(), ONE);
    moving.answer(C, ONE.summary(), null);
    assertThat(moving.isAgreed()).isFalse();
    moving.answer(d, ONE.summary(), null);

    assertThat(moving.isAgreed()).isTrue();
  }
}
