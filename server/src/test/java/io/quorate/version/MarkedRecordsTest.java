package io.quorate.version;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.NodeId;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records of which the last write wins, some under marks (docs/design/fencing.md#mark). */
class MarkedRecordsTest extends RecordModelLaws {
  private static final long TOKEN = 7;
  private static final Record OLD = value(0, 10, 1);
  private static final Record NEW = value(0, 20, 2);
  private static final Version MARK = version(FenceRank.raised(TOKEN), 15);

  MarkedRecordsTest() {
    super(LAST_WRITE_WINS, false);
  }

  @Override
  Arbitrary<Record> recordsOfTheModel() {
    return FewRecords.ranked();
  }

  private static Version version(long rank, long millis) {
    return new Version(rank, Hlc.of(millis, 0), new NodeId(5), 1);
  }

  private static Record value(long rank, long millis, int value) {
    return Record.value(version(rank, millis), 3, 0, new byte[] {(byte) value});
  }

  private static Record merge(Record one, Record other) {
    Record merged = LAST_WRITE_WINS.merge(one, other);
    assertThat(LAST_WRITE_WINS.merge(other, one)).isEqualTo(merged);
    return merged;
  }

  @Property
  void bytesGiveTheRecordBack(@ForAll("records") Record record) {
    Record read = Record.of(record.bytes());
    assertThat(read).isEqualTo(record);
    assertThat(read.unmarked()).isEqualTo(record.unmarked());
    assertThat(read.contentHash()).isEqualTo(record.contentHash());
  }

  @Property
  void whatIsUnderAMarkIsSeenFromOutside(@ForAll("records") Record record) {
    Record under = record.unmarked();
    assertThat(record.isTombstone()).isEqualTo(under == null || under.isTombstone());
    assertThat(record.expiresAtMillis()).isEqualTo(under == null ? 0 : under.expiresAtMillis());
    assertThat(record.epoch()).isEqualTo(under == null ? 0 : under.epoch());
  }

  /** By whichever path they come, the highest mark and the newest record are what is left. */
  @Property
  void marksAndRecordsAreMergedEachByTheirMaximum(
      @ForAll("records") Record a, @ForAll("records") Record b) {
    Record merged = LAST_WRITE_WINS.merge(a, b);
    Record newest = newest(a.unmarked(), b.unmarked());
    assertThat(merged.unmarked()).isEqualTo(newest);
    if (newest != null && newest.version().rank() != 0) {
      assertThat(newest.latestTime()).isEqualTo(Hlc.later(timeOf(a), timeOf(b)));
    }
    if (!merged.isMarked() && newest != null) {
      assertThat(newest.version().isAfter(a.version()) || !a.version().isAfter(newest.version()))
          .isTrue();
    }
  }

  private static long timeOf(Record record) {
    Record under = record.unmarked();
    return under == null ? 0 : under.latestTime();
  }

  private static @Nullable Record newest(@Nullable Record one, @Nullable Record other) {
    return one == null ? other : other == null ? one : LAST_WRITE_WINS.merge(one, other);
  }

  @Test
  void aMarkStandsBeforeWhatIsBelowItWhicheverComesFirst() {
    Record marked = merge(OLD, Record.marked(MARK, null));

    assertThat(marked).isEqualTo(Record.marked(MARK, OLD));
    assertThat(merge(marked, NEW))
        .as("a later time, a lower rank")
        .isEqualTo(Record.marked(MARK, NEW));
  }

  @Test
  void whatIsRaisedToAMarkTakesItsPlace() {
    Record raised = Record.value(MARK, 3, 0, new byte[] {1});

    assertThat(merge(Record.marked(MARK, NEW), raised).asWritten()).isEqualTo(raised);
    assertThat(LAST_WRITE_WINS.areInConflict(Record.marked(MARK, NEW), raised)).isFalse();
  }

  @Test
  void whatIsFreshTakesThePlaceOfAMarkAndOfWhatWasRaised() {
    Record fresh = value(FenceRank.fresh(TOKEN), 1, 9);

    assertThat(merge(Record.marked(MARK, NEW), fresh).asWritten()).isEqualTo(fresh);
    assertThat(merge(Record.value(MARK, 3, 0, new byte[] {1}), fresh).asWritten()).isEqualTo(fresh);
  }

  /** In whatever order they come, and by whom they were overwritten before. */
  @Test
  void whatIsAboveALaterTimeByItsRankKeepsThatTime() {
    Record deleted = Record.tombstone(version(FenceRank.fresh(TOKEN), 10), 3);
    Record merged = merge(deleted, NEW);

    assertThat(deleted.latestTime()).isEqualTo(Hlc.of(10, 0));
    assertThat(merged.latestTime()).isEqualTo(Hlc.of(20, 0));
    assertThat(merged.version()).isEqualTo(deleted.version());
    assertThat(merged.asWritten()).isEqualTo(deleted);
    assertThat(LAST_WRITE_WINS.areInConflict(merged, deleted)).isFalse();
    assertThat(LAST_WRITE_WINS.counted(merged, Hlc.of(19, 0))).isEqualTo(merged);
    assertThat(LAST_WRITE_WINS.counted(merged, Hlc.of(20, 0))).isNull();
    Record next = value(FenceRank.fresh(TOKEN), 30, 4);
    assertThat(merge(merged, next)).as("needs none of it").isEqualTo(next);
  }

  @Test
  void whatLiesUnderAMarkKeepsTheMarkFromBeingPurged() {
    Record marked = Record.marked(MARK, Record.tombstone(NEW.version(), 3));

    assertThat(LAST_WRITE_WINS.counted(marked, Hlc.of(19, 0))).isEqualTo(marked);
    assertThat(LAST_WRITE_WINS.counted(marked, Hlc.of(20, 0))).isNull();
  }

  @Test
  void ofTwoMarksTheHigherStays() {
    Version later = version(FenceRank.raised(TOKEN), 30);
    assertThat(merge(Record.marked(MARK, NEW), Record.marked(later, OLD)))
        .isEqualTo(Record.marked(later, NEW));
  }

  @Test
  void whatLiesUnderAMarkIsBelowItAndIsNoMark() {
    assertThatThrownBy(() -> Record.marked(MARK, value(FenceRank.fresh(TOKEN), 1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Record.marked(version(FenceRank.raised(TOKEN), 30), Record.marked(MARK, null)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Record.marked(version(FenceRank.fresh(TOKEN), 1), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** One sequence of bytes for each, or replicas that hold the same would differ for ever. */
  @Test
  void bytesThatNoNodeWritesAreNoRecord() {
    byte[] bytes = Record.marked(MARK, OLD).bytes().clone();
    bytes[1] ^= 1; // deleted, with a value under the mark
    assertThatThrownBy(() -> Record.of(bytes)).isInstanceOf(MalformedRecordException.class);

    byte[] later = merge(Record.tombstone(version(FenceRank.fresh(TOKEN), 10), 3), NEW).bytes();
    byte[] earlier = later.clone();
    earlier[earlier.length - 3] = 0; // a latest time before that of the version
    assertThatThrownBy(() -> Record.of(earlier)).isInstanceOf(MalformedRecordException.class);
    byte[] never = later.clone();
    never[never.length - 8] = -1; // one that no clock shows
    assertThatThrownBy(() -> Record.of(never)).isInstanceOf(MalformedRecordException.class);

    byte[] ranked = Record.marked(MARK, OLD).bytes().clone();
    ranked[37] ^= 1; // the rank of what is fresh
    assertThatThrownBy(() -> Record.of(ranked)).isInstanceOf(MalformedRecordException.class);
  }

  /** What a former replica kept of a lock may be below a later holder's deletion that is purged. */
  @Test
  void whatWasWrittenUnderALockIsALeftoverAfterAnyPurge() {
    Record kept = value(FenceRank.fresh(TOKEN), 20, 1);
    long purged = Hlc.of(10, 0);

    assertThat(LAST_WRITE_WINS.isLeftover(kept, purged)).isTrue();
    assertThat(LAST_WRITE_WINS.isLeftover(NEW, purged)).isFalse();
    assertThat(LAST_WRITE_WINS.isLeftover(kept, 0)).isFalse();
  }
}
