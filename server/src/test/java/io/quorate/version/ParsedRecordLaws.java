package io.quorate.version;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of models whose records have parts, which are parsed. */
abstract class ParsedRecordLaws extends RecordModelLaws {
  ParsedRecordLaws(RecordModel model) {
    super(model, false);
  }

  /** Reads a record, and writes what was read. */
  abstract Record writtenAgain(Record read);

  @Property
  void aRecordIsReadAsItWasWritten(@ForAll("records") Record record) {
    Record again = Record.of(record.bytes().clone());

    assertThat(again).isEqualTo(record);
    assertThat(again.parsed()).isEqualTo(record.parsed());
    assertThat(writtenAgain(again)).isEqualTo(record);
    assertThat(record.unparsed().parsed()).isEqualTo(record.parsed());
    assertThat(record.unparsed().contentHash()).isEqualTo(record.contentHash());
  }

  /**
   * What is taken has no second form in bytes. So a merge that has all of one record may be that
   * record, as it is.
   */
  @Property(tries = 5_000)
  void otherBytesAreRefusedOrAreWrittenAsTheyWereRead(
      @ForAll("records") Record record, @ForAll("places") int place, @ForAll byte other) {
    byte[] bytes = record.bytes().clone();
    bytes[place % bytes.length] = other;
    try {
      Record read = Record.of(bytes);
      if (read.format() == record.format()) {
        assertThat(writtenAgain(read)).isEqualTo(read);
      }
    } catch (MalformedRecordException refused) {
      assertThat(refused).hasMessageNotContaining("null");
    }
  }

  @Provide
  Arbitrary<Integer> places() {
    return Arbitraries.integers().between(0, 10_000);
  }
}
