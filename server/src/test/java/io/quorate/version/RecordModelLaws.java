package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What {@link RecordModel} promises, for each model. */
abstract class RecordModelLaws {
  private static final long RESTORED_HLC = Hlc.of(1_000_000, 7);

  private final RecordModel model;

  /**
   * Whether the model's summaries always say which record has more; otherwise they may say
   * "concurrent".
   */
  private final boolean summariesTellAll;

  RecordModelLaws(RecordModel model, boolean summariesTellAll) {
    this.model = model;
    this.summariesTellAll = summariesTellAll;
  }

  abstract Arbitrary<Record> recordsOfTheModel();

  /** What readers see of a record. Purges may take more, where a model remembers more. */
  @Nullable Object shown(@Nullable RecordHeader record) {
    return record;
  }

  /** Whether tenants may have the model, and so backups its records. */
  boolean isOfTenants() {
    return true;
  }

  @Property
  void mergeIsIdempotentCommutativeAndAssociative(
      @ForAll("records") Record a, @ForAll("records") Record b, @ForAll("records") Record c) {
    assertThat(model.merge(a, a)).isEqualTo(a);
    assertThat(model.merge(a, b)).isEqualTo(model.merge(b, a));
    assertThat(model.merge(model.merge(a, b), c)).isEqualTo(model.merge(a, model.merge(b, c)));
  }

  @Property
  void mergedRecordHasAllOfItsParts(@ForAll("records") Record a, @ForAll("records") Record b) {
    Record merged = model.merge(a, b);
    assertThat(model.merge(merged, a)).isEqualTo(merged);
    assertThat(model.merge(merged, b)).isEqualTo(merged);
  }

  @Property
  void recordsAreTheSameIfTheirBytesAreEqual(
      @ForAll("records") Record a, @ForAll("records") Record b) {
    assertThat(compare(a, b) == Order.SAME).isEqualTo(a.equals(b));
    assertThat(a.summary().equals(b.summary())).isEqualTo(a.equals(b));
  }

  @Property
  void comparingTheOtherWayRoundGivesTheReverse(
      @ForAll("records") Record a, @ForAll("records") Record b) {
    Order order = compare(a, b);
    Order reverse = compare(b, a);
    assertThat(order.lacks()).isEqualTo(reverse.hasMore());
    assertThat(order.hasMore()).isEqualTo(reverse.lacks());
  }

  @Property
  void comparingAgreesWithMerging(@ForAll("records") Record a, @ForAll("records") Record b) {
    Order byMerge = byMerge(a, b);
    Order order = compare(a, b);
    if (summariesTellAll || order != Order.CONCURRENT) {
      assertThat(order).isEqualTo(byMerge);
    } else {
      assertThat(byMerge).isNotEqualTo(Order.SAME);
    }
  }

  @Property
  void whatTakesThePlaceOfAnotherByItsHeaderIsTheirMerge(
      @ForAll("records") Record held, @ForAll("records") Record arriving) {
    if (model.decidesByHeader() && model.takesPlaceOf(headerOf(held), arriving)) {
      assertThat(model.merge(held, arriving)).isEqualTo(arriving);
    }
  }

  /** What is kept of a record in memory tells as much of it to a purge as the record does. */
  @Property
  void aHeaderCountsAsItsRecordDoes(@ForAll("records") Record record, @ForAll("marks") long mark) {
    if (model.decidesByHeader()) {
      RecordHeader header = headerOf(record);
      assertThat(model.counted(header, mark) == null)
          .isEqualTo(model.counted(record, mark) == null);
      assertThat(model.isLeftover(header, mark)).isEqualTo(model.isLeftover(record, mark));
    }
  }

  private static RecordHeader headerOf(Record record) {
    ByteBuffer bytes = ByteBuffer.allocate(RecordHeader.BYTES);
    record.writeTo(bytes);
    return RecordHeader.read(bytes.flip());
  }

  private Order byMerge(Record a, Record b) {
    Record merged = model.merge(a, b);
    if (a.equals(b)) {
      return Order.SAME;
    }
    if (merged.equals(b)) {
      return Order.BEHIND;
    }
    return merged.equals(a) ? Order.AHEAD : Order.CONCURRENT;
  }

  @Property
  void summaryOfTheMergeCoversThoseOfItsParts(
      @ForAll("records") Record a, @ForAll("records") Record b) {
    Order order = compare(model.merge(a, b), a);
    assertThat(order).isNotEqualTo(Order.BEHIND);
    assertThat(summariesTellAll && order.lacks()).isFalse();
  }

  @Property
  void versionOfTheMergeIsTheNewestOfItsParts(
      @ForAll("records") Record a, @ForAll("records") Record b) {
    Version newest = a.version().isAfter(b.version()) ? a.version() : b.version();
    assertThat(model.merge(a, b).version()).isEqualTo(newest);
  }

  @Property
  void onlyDifferentRecordsAreInConflict(@ForAll("records") Record a, @ForAll("records") Record b) {
    assertThat(model.areInConflict(a, b)).isEqualTo(model.areInConflict(b, a));
    assertThat(model.areInConflict(a, a)).isFalse();
  }

  @Property
  void whatAPurgeTakesAwayStaysAway(
      @ForAll("records") Record record, @ForAll("marks") long one, @ForAll("marks") long other) {
    long earlier = Long.compareUnsigned(one, other) < 0 ? one : other;
    long later = earlier == one ? other : one;
    Record first = model.counted(record, earlier);
    Record then = first == null ? null : model.counted(first, later);
    assertThat(then).isEqualTo(model.counted(record, later));
  }

  @Property
  void aPurgeTakesNothingAwayThatItCouldNotFind(
      @ForAll("records") Record record, @ForAll("marks") long purged) {
    Record counted = model.counted(record, purged);
    if (counted == null || !Objects.equals(shown(counted), shown(record))) {
      assertThat(model.purgeableFromMillis(record)).isLessThanOrEqualTo(Hlc.millis(purged));
    }
    if (counted == null) {
      assertThat(model.isLeftover(record, purged)).isTrue();
    }
  }

  /** A record without a known purge is there as it was written. */
  @Property
  void withoutAPurgeEverythingCounts(@ForAll("records") Record record) {
    Assume.that(record.version().hlc() != 0); // no clock shows that
    assertThat(model.counted(record, 0)).isEqualTo(record);
    assertThat(model.isLeftover(record, 0)).isFalse();
    assertThat(model.isWithinPromise(record, 0)).isFalse();
  }

  @Property
  void aPurgeTakesNothingAwayThatWasNotReportedToIt(
      @ForAll("records") Record record, @ForAll("marks") long mark) {
    Assume.that(model.reported(record, mark) == null);
    assertThat(shown(model.counted(record, mark))).isEqualTo(shown(record));
  }

  /**
   * Otherwise replicas would differ after a purge, or what is purged would come back by a merge.
   */
  @Property
  void replicasWhoseReportsAreEqualLoseTheSame(
      @ForAll("records") Record a, @ForAll("records") Record b, @ForAll("marks") long mark) {
    losesTheSame(a, b, mark);
    losesTheSame(a, model.merge(a, b), mark);
  }

  private void losesTheSame(Record a, Record b, long mark) {
    if (Objects.equals(model.reported(a, mark), model.reported(b, mark))) {
      Record oneLeft = model.counted(a, mark);
      Record otherLeft = model.counted(b, mark);
      Record merged =
          oneLeft == null || otherLeft == null
              ? oneLeft == null ? otherLeft : oneLeft
              : model.merge(oneLeft, otherLeft);
      assertThat(shown(model.counted(model.merge(a, b), mark))).isEqualTo(shown(merged));
    }
  }

  @Property
  void whatAPurgeWouldTakeAwayWholeIsNotStored(
      @ForAll("records") Record fresh, @ForAll("marks") long mark) {
    if (model.counted(fresh, mark) == null) {
      assertThat(model.isWithinPromise(fresh, mark)).isTrue();
    }
  }

  /** Readers find in what is restored what the backup had, and a purge before it takes nothing. */
  @Property
  void whatIsRestoredIsWhatReadersFound(@ForAll("records") Record record) {
    if (!isOfTenants()) {
      return;
    }
    Record restored = Restated.at(RESTORED_HLC, record);
    assertThat(RestoredContent.of(restored)).isEqualTo(RestoredContent.of(record));
    assertThat(Restated.at(RESTORED_HLC, record)).isEqualTo(restored);
    if (restored != null) {
      assertThat(Record.of(restored.bytes())).isEqualTo(restored);
      assertThat(model.isOf(restored)).isTrue();
      assertThat(model.merge(restored, Record.of(restored.bytes()))).isEqualTo(restored);
      assertThat(model.counted(restored, RESTORED_HLC - 1)).isEqualTo(restored);
      assertThat(model.isWithinPromise(restored, RESTORED_HLC - 1)).isFalse();
      assertThat(restored.epoch()).isZero();
      assertThat(restored.version().rank()).isZero();
    }
  }

  private Order compare(Record one, Record other) {
    return model.compare(one.summary(), other.summary());
  }

  @Provide
  Arbitrary<Record> records() {
    return recordsOfTheModel();
  }

  @Provide
  Arbitrary<Long> marks() {
    return FewRecords.marks();
  }
}
