package io.quorate.version;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LastWriteWinsTest extends RecordModelLaws {
  private static final Version VERSION = new Version(0, Hlc.of(1_000, 3), new NodeId(7), 1);

  LastWriteWinsTest() {
    super(LAST_WRITE_WINS, true);
  }

  @Override
  Arbitrary<Record> recordsOfTheModel() {
    return FewRecords.lastWriteWins();
  }

  @Property
  void theGreaterVersionWinsAndNoTwoRecordsAreConcurrent(
      @ForAll("records") Record a, @ForAll("records") Record b) {
    assertThat(LAST_WRITE_WINS.compare(a.summary(), b.summary())).isNotEqualTo(Order.CONCURRENT);
    if (a.version().isAfter(b.version())) {
      assertThat(LAST_WRITE_WINS.merge(a, b)).isSameAs(a);
      assertThat(LAST_WRITE_WINS.merge(b, a)).isSameAs(a);
    }
  }

  @Property
  void recordsAreInConflictIfTheyDifferUnderOneVersion(
      @ForAll("records") Record a, @ForAll("records") Record b) {
    assertThat(LAST_WRITE_WINS.areInConflict(a, b))
        .isEqualTo(a.version().equals(b.version()) && !a.equals(b));
  }

  @Test
  void ofOneVersionWithTwoValuesOneWinsWhicheverComesFirst() {
    Record one = Record.value(VERSION, 1, 0, new byte[] {1});
    Record two = Record.value(VERSION, 1, 0, new byte[] {2});
    Record deleted = Record.tombstone(VERSION, 1);

    assertThat(LAST_WRITE_WINS.merge(one, two)).isEqualTo(LAST_WRITE_WINS.merge(two, one));
    assertThat(LAST_WRITE_WINS.merge(one, deleted)).isEqualTo(LAST_WRITE_WINS.merge(deleted, one));
    assertThat(LAST_WRITE_WINS.areInConflict(one, deleted)).isTrue();
  }

  @Test
  void aWriteIsStampedAgainAboveANewerOne() {
    assertThat(LAST_WRITE_WINS.stampsAgain()).isTrue();
  }
}
