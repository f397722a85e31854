package io.quorate.version;

import static io.quorate.version.RecordModel.REGISTERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RegistersTest extends RecordModelLaws {
  private static final Register.Change GIVEN =
      new Register.Change(new WriteId(1, 1, 1), (byte) 0, 0);

  private static final Version BALLOT = ballot(2, 10);

  RegistersTest() {
    super(REGISTERS, true);
  }

  private static Version ballot(long epoch, long millis) {
    return new Version(epoch, Hlc.of(millis, 0), new NodeId(7), 1);
  }

  private static Record put(Version ballot, int value) {
    return Register.of(null, 0).after(GIVEN, new byte[] {(byte) value}).toRecord(ballot);
  }

  @Override
  Arbitrary<Record> recordsOfTheModel() {
    Arbitrary<Version> ballots =
        FewRecords.versions().filter(version -> version.hlc() != 0); // no clock shows that
    return Combinators.combine(ballots, Arbitraries.integers().between(0, 3))
        .as(
            (version, content) ->
                content == 0
                    ? Register.of(null, 0).after(GIVEN, null).toRecord(version)
                    : put(version, content));
  }

  /** Another epoch's ballot is higher, whatever their times. */
  @Test
  void theHigherBallotIsAhead() {
    Record before = put(ballot(1, 50), 1);
    Record after = put(ballot(2, 10), 2);

    assertThat(REGISTERS.merge(before, after)).isSameAs(after);
    assertThat(REGISTERS.compare(before.summary(), after.summary())).isEqualTo(Order.BEHIND);
  }

  @Property
  void whatIsPromisedIsNotShared(@ForAll("records") Record held) {
    Record promising = Record.promising(held, ballot(9, 9));

    assertThat(promising.promised()).isEqualTo(ballot(9, 9));
    assertThat(promising.accepted()).isEqualTo(held);
    assertThat(promising.summary()).isEqualTo(held.summary());
    assertThat(REGISTERS.counted(promising, 0)).isEqualTo(REGISTERS.counted(held, 0));
    assertThat(REGISTERS.isOf(promising)).isFalse();
    assertThat(Record.of(promising.bytes()).promised()).isEqualTo(ballot(9, 9));
  }

  @Test
  void aPromiseAloneIsNothing() {
    Record promise = Record.of(Record.promising(null, BALLOT).bytes());

    assertThat(promise.promised()).isEqualTo(BALLOT);
    assertThat(promise.accepted()).isNull();
    assertThat(REGISTERS.counted(promise, 0)).isNull();
    RecordHeader header =
        new RecordHeader.Alone(
            promise.version(), 0, promise.contentHash(), 0, promise.isTombstone());
    assertThat(REGISTERS.counted(header, 0)).isNull();
    assertThat(RecordModel.BY_FORMAT.counted(header, 0)).isNull();
  }

  @Test
  void aLaterPromiseTakesThePlaceOfTheOneBefore() {
    Record held = put(BALLOT, 1);
    Record twice = Record.promising(Record.promising(held, ballot(3, 1)), ballot(4, 1));

    assertThat(twice.promised()).isEqualTo(ballot(4, 1));
    assertThat(twice.accepted()).isEqualTo(held);
  }

  @Test
  void whatWasAcceptedIsPromised() {
    assertThat(put(BALLOT, 1).promised()).isEqualTo(BALLOT);
  }

  @Test
  void aPromiseThatIsNotAboveWhatWasAcceptedIsMalformed() {
    byte[] bytes = Record.promising(put(ballot(5, 5), 1), ballot(5, 5)).bytes();

    assertThatThrownBy(() -> Record.of(bytes)).isInstanceOf(MalformedRecordException.class);
  }
}
