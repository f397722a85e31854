package io.quorate.version;

import static io.quorate.version.RecordModel.SIBLINGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a purge of siblings needs (docs/design/siblings.md#purge): for each rule the shortest
 * schedule that breaks the promise without it. In each test the first part shows what the rule
 * does, and the second one what happens without.
 */
class SiblingPurgeTest {
  /** Of the purge, in milliseconds: above the writes of x, and below those of y. */
  private static final long MARK = Hlc.of(50, 0);

  private static final SiblingSet X =
      SiblingSet.EMPTY.write(dot(10, 1), id(9, 1), CausalContext.NONE, bytes("x"), 0);

  private static final SiblingSet X_DELETED = X.write(dot(20, 2), id(19, 2), X.context(), null, 0);

  /**
   * A has x and a newer y; B and C have taken the deletion of x, which is acknowledged. The report
   * tells of x although A's record is newer than the mark, so the purge is not carried out yet.
   */
  @Test
  void reportsOldSiblingsOfRecordsThatHaveNewerOnes() {
    SiblingSet atA = X.write(dot(60, 1), id(59, 3), CausalContext.NONE, bytes("y"), 0);

    assertThat(report(atA)).isNotEqualTo(report(X_DELETED));
    assertThat(SIBLINGS.isWithinPromise(atA.toRecord(), MARK)).isFalse();

    // Reports that leave out newer records would be equal. After the purge x is back.
    assertThat(reportOfOldRecordsOnly(atA)).isEqualTo(reportOfOldRecordsOnly(X_DELETED));
    assertThat(shown(purged(atA), purged(X_DELETED))).contains("x");
  }

  /**
   * A node that leaves has x from before; the replicas have taken the deletion of x, have reported,
   * and have purged or will. It brings nothing.
   */
  @Test
  void aLeavingNodeHandsNothingOverOnceAPurgeWasPromised() {
    assertThat(SIBLINGS.mayHandOver(0)).isTrue();
    assertThat(SIBLINGS.mayHandOver(MARK)).isFalse();

    // Handed over before the report, x is known to be deleted. Handed over later, it is back.
    assertThat(shown(X_DELETED.toRecord(), X.toRecord())).isEmpty();
    assertThat(shown(purged(X_DELETED), X.toRecord())).containsExactly("x");
  }

  /**
   * A node has x and y from an earlier tenure. A purge was carried out meanwhile: all of its record
   * goes before it counts again.
   */
  @Test
  void allOfWhatWasKeptFromAnEarlierTenureGoes() {
    SiblingSet both = X.write(dot(60, 1), id(59, 3), CausalContext.NONE, bytes("y"), 0);

    assertThat(SIBLINGS.isLeftover(both.toRecord(), 0)).isFalse();
    assertThat(SIBLINGS.isLeftover(both.toRecord(), MARK)).isTrue();
    assertThat(SIBLINGS.counted(both.toRecord(), MARK)).isNotNull();

    // Kept as it is, it brings x back, which the replicas have deleted and purged.
    assertThat(shown(purged(X_DELETED), both.toRecord())).contains("x");

    // Without its siblings up to the mark, it takes x away from replicas that have it: its vector
    // says that it knows of x.
    TreeMap<Dot, Sibling> newer = new TreeMap<>();
    both.siblings().stream()
        .filter(sibling -> !sibling.id().isUpTo(MARK))
        .forEach(sibling -> newer.put(sibling.dot(), sibling));
    SiblingSet cut = new SiblingSet(both.floor(), both.vector(), both.gone(), newer);
    assertThat(shown(both.toRecord(), both.toRecord())).containsExactly("x", "y");
    assertThat(shown(both.toRecord(), cut.toRecord())).containsExactly("y");
  }

  private static @Nullable RecordHeader report(SiblingSet held) {
    return SIBLINGS.reported(held.toRecord(), MARK);
  }

  private static @Nullable RecordHeader reportOfOldRecordsOnly(SiblingSet held) {
    return Long.compareUnsigned(held.latest(), MARK) > 0 ? null : report(held);
  }

  private static @Nullable Record purged(SiblingSet held) {
    return SIBLINGS.counted(held.toRecord(), MARK);
  }

  /** What readers find once two replicas have merged what counts there. */
  private static List<String> shown(@Nullable Record one, @Nullable Record other) {
    Record merged = one == null || other == null ? null : SIBLINGS.merge(one, other);
    Record left = merged != null ? merged : one == null ? other : one;
    return left == null
        ? List.of()
        : SiblingSet.of(left).siblings().stream()
            .map(sibling -> new String(sibling.value(), UTF_8))
            .toList();
  }

  private static Dot dot(long millis, int node) {
    return new Dot(Hlc.of(millis, 0), new Dot.Actor(new NodeId(node), 1, 0));
  }

  private static WriteId id(long millis, int number) {
    return new WriteId(Hlc.of(millis, 0), 5, number);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
