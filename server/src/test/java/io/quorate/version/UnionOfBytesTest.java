package io.quorate.version;

import static io.quorate.version.UnionOfBytes.UNION;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.junit.jupiter.api.Test;

/**
 * The laws also hold for a model whose records are not ordered, and whose purges remove parts of
 * records.
 */
class UnionOfBytesTest extends RecordModelLaws {
  private static final Record ADDED = UnionOfBytes.of(version(10), 1, 2);
  private static final Record REMOVED = UnionOfBytes.without(version(12), 2);
  private static final Record BOTH = UNION.merge(ADDED, REMOVED);
  private static final long MARK = Hlc.of(15, 0);

  UnionOfBytesTest() {
    super(UNION, false);
  }

  @Override
  Arbitrary<Record> recordsOfTheModel() {
    // Without tokens: then what a purge leaves of a record tells its stamp.
    Arbitrary<Version> versions =
        FewRecords.versions().filter(each -> each.rank() == 0 && !Hlc.isBeyondEnd(each.hlc()));
    Arbitrary<int[]> members =
        Arbitraries.integers().between(0, 3).array(int[].class).ofMinSize(1).ofMaxSize(3);
    Arbitrary<Record> writes =
        Combinators.combine(versions, members, Arbitraries.of(true, false))
            .as(
                (version, some, removed) ->
                    removed ? UnionOfBytes.without(version, some) : UnionOfBytes.of(version, some));
    return writes.list().ofMinSize(1).ofMaxSize(3).map(UnionOfBytesTest::merged);
  }

  /** Its records look like values of which the last write wins. */
  @Override
  boolean isOfTenants() {
    return false;
  }

  private static Record merged(List<Record> writes) {
    Record all = writes.getFirst();
    for (Record each : writes) {
      all = UNION.merge(all, each);
    }
    return all;
  }

  @Test
  void aPurgeTakesAwayAPartOfARecord() {
    Record left = UNION.merge(UnionOfBytes.of(version(10), 1), UnionOfBytes.of(version(12), 3));

    assertThat(UNION.counted(UNION.merge(left, REMOVED), MARK)).isEqualTo(left);
    assertThat(UNION.counted(BOTH, REMOVED.version().hlc() - 1)).isSameAs(BOTH);
    assertThat(UNION.counted(REMOVED, MARK)).isNull();
    assertThat(UNION.counted(ADDED, MARK)).isSameAs(ADDED);
  }

  @Test
  void aPurgeIsToldTheSameOfRecordsThatDifferInWhatIsNewerOnly() {
    Record newer = UnionOfBytes.of(version(20), 3);

    assertThat(UNION.reported(UNION.merge(BOTH, newer), MARK))
        .isNotNull()
        .isEqualTo(UNION.reported(BOTH, MARK))
        .isNotEqualTo(UNION.reported(ADDED, MARK));
    assertThat(UNION.reported(newer, MARK)).isNull();
  }

  private static Version version(long millis) {
    return new Version(0, Hlc.of(millis, 0), new NodeId(1), 1);
  }
}
