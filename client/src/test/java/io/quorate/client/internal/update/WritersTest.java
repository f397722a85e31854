package io.quorate.client.internal.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.FieldChange;
import io.quorate.client.FieldChange.Operation;
import io.quorate.client.FieldKind;
import io.quorate.client.FlagKind;
import io.quorate.client.MapUpdate;
import io.quorate.client.internal.update.Writers.Made;
import io.quorate.proto.v1.Change;
import io.quorate.proto.v1.FieldUpdate;
import io.quorate.proto.v1.Totals;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a writer sends of what callers change. */
class WritersTest {
  private static final KeyName KEY = KeyName.of("t", new byte[] {1});
  private static final long LARGE = (1L << 61) + 1;

  private long hlc = 1_000;
  private int tenantId = 7;
  private final Writers writers =
      new Writers((above, now) -> Math.max(++hlc, above + 1), new Random(1));

  private Made make(MapUpdate... updates) {
    return make(0, updates);
  }

  private Made make(long nowNanos, MapUpdate... updates) {
    Fold fold = new Fold();
    for (MapUpdate each : updates) {
      assertThat(fold.admits(each.changes())).isTrue();
      fold.add(each.changes());
    }
    return writers.make(KEY, tenantId, fold, nowNanos);
  }

  private static Totals totals(Made made) {
    return made.fields().get(0).getTotals();
  }

  private static List<String> changes(FieldUpdate field) {
    return field.getChangesList().stream()
        .map(
            each ->
                each.getNumber()
                    + (each.getWhatCase() == Change.WhatCase.ADD ? " +" : " -")
                    + (each.hasAdd() ? each.getAdd() : each.getRemove()).toStringUtf8())
        .toList();
  }

  private static MapUpdate count(long by) {
    return by < 0 ? MapUpdate.EMPTY.decrement("n", -by) : MapUpdate.EMPTY.increment("n", by);
  }

  @Test
  void totalsAreAllThatTheWriterHasCountedInAField() {
    assertThat(totals(make(count(5), count(2), count(-1))))
        .isEqualTo(Totals.newBuilder().setNumber(1).setUp(7).setDown(1).build());
    assertThat(totals(make(count(1))))
        .isEqualTo(Totals.newBuilder().setNumber(2).setUp(8).setDown(1).build());
    Made other = make(MapUpdate.EMPTY.grow("n", 4));
    assertThat(totals(other))
        .as("another field")
        .isEqualTo(Totals.newBuilder().setNumber(1).setUp(4).build());
    assertThat(other.writer().getOpenedHlc()).isEqualTo(1_001);
  }

  @Test
  void whatWasNotAppliedIsTakenOutAgainAndItsNumberIsNotGivenTwice() {
    make(count(5));
    make(count(7)).takeBack();
    assertThat(totals(make(count(1)))).isEqualTo(Totals.newBuilder().setNumber(3).setUp(6).build());
  }

  /** Totals would bring back what was truncated. */
  @Test
  void whatWasCountedInATenantIsNotCountedInTheOneThatTakesItsPlace() {
    Made before = make(count(5));
    assertThat(before.tenantId()).isEqualTo(7);
    tenantId = 8;
    Made after = make(count(1));
    assertThat(after.tenantId()).isEqualTo(8);
    assertThat(totals(after).getUp()).isEqualTo(1);
    assertThat(after.writer()).as("its numbers begin at one").isNotEqualTo(before.writer());
    assertThat(totals(make(count(1))).getUp()).isEqualTo(2);
  }

  /** The higher number holds the count already, and may be anywhere. */
  @Test
  void whatWasSentSinceWithAHigherNumberStays() {
    Made before = make(count(7));
    make(count(1));
    before.takeBack();
    assertThat(totals(make(count(1))).getUp()).isEqualTo(9);
  }

  @Test
  void changesAreNumberedWhateverTheField() {
    Made made =
        make(
            MapUpdate.EMPTY
                .add("tags", "a", "b")
                .increment("n", 1)
                .assign("name", "x")
                .remove("other", "c"));
    assertThat(changes(made.fields().get(0))).containsExactly("1 +a", "2 +b");
    assertThat(made.fields().get(2).getAssignment().getNumber()).isEqualTo(3);
    assertThat(changes(made.fields().get(3))).containsExactly("4 -c");
    assertThat(changes(make(MapUpdate.EMPTY.add("tags", "a")).fields().get(0)))
        .containsExactly("5 +a");
  }

  @Test
  void theSameIsSentOnceAndTheLastAssignmentStays() {
    Made made =
        make(
            MapUpdate.EMPTY.add("tags", "a").assign("name", "x"),
            MapUpdate.EMPTY.add("tags", "a").clear("name"));
    assertThat(changes(made.fields().get(0))).containsExactly("1 +a");
    assertThat(made.fields().get(1).getAssignment().hasValue()).isFalse();
  }

  /** A node removes what it finds before it adds: the removal would miss the addition. */
  @Test
  void removalOfWhatAnotherCallerAddsGoesIntoAnotherUpdate() {
    Fold fold = new Fold();
    fold.add(MapUpdate.EMPTY.remove("tags", "a").add("tags", "a").changes());
    assertThat(fold.admits(MapUpdate.EMPTY.remove("tags", "b").changes())).isTrue();
    assertThat(fold.admits(MapUpdate.EMPTY.remove("tags", "a").changes())).isFalse();
    assertThat(fold.admits(MapUpdate.EMPTY.add("tags", "a").changes())).isTrue();
    fold.add(MapUpdate.EMPTY.enable("e").disable("d", FlagKind.DISABLE_WINS).changes());
    assertThat(fold.admits(MapUpdate.EMPTY.disable("e").changes())).isFalse();
    assertThat(fold.admits(MapUpdate.EMPTY.enable("e").changes())).isTrue();
    assertThat(fold.admits(MapUpdate.EMPTY.enable("d", FlagKind.DISABLE_WINS).changes())).isFalse();
  }

  @Test
  void callerThatRemovesWhatItAddsInOneUpdateAddsNothing() {
    Made made =
        make(
            MapUpdate.EMPTY
                .add("tags", "a")
                .remove("tags", "a")
                .enable("d", FlagKind.DISABLE_WINS)
                .disable("d", FlagKind.DISABLE_WINS));
    assertThat(changes(made.fields().get(0))).containsExactly("1 -a");
    assertThat(changes(made.fields().get(1))).containsExactly("2 -0", "3 -1", "4 +0");
  }

  @Test
  void flagsAreOnesAndZeros() {
    assertThat(changes(make(MapUpdate.EMPTY.enable("f")).fields().get(0))).containsExactly("1 +1");
    assertThat(changes(make(MapUpdate.EMPTY.disable("f")).fields().get(0))).containsExactly("2 -1");
    assertThat(changes(make(MapUpdate.EMPTY.enable("f", FlagKind.DISABLE_WINS)).fields().get(0)))
        .containsExactly("3 -0", "4 +1");
    assertThat(changes(make(MapUpdate.EMPTY.disable("f", FlagKind.DISABLE_WINS)).fields().get(0)))
        .containsExactly("5 -1", "6 +0");
  }

  @Test
  void assignmentsRise() {
    long first = make(MapUpdate.EMPTY.assign("a", "x")).fields().get(0).getAssignment().getHlc();
    hlc = 5;
    long second = make(MapUpdate.EMPTY.assign("a", "y")).fields().get(0).getAssignment().getHlc();
    assertThat(second).isGreaterThan(first);
  }

  @Test
  void writerIsRenewedByTime() {
    Made first = make(count(5));
    assertThat(make(Writers.RENEWED_NANOS - 1, count(1)).writer()).isEqualTo(first.writer());
    Made renewed = make(Writers.RENEWED_NANOS, count(1));
    assertThat(renewed.writer()).isNotEqualTo(first.writer());
    assertThat(renewed.writer().getOpenedHlc()).isGreaterThan(first.writer().getOpenedHlc());
    assertThat(totals(renewed)).isEqualTo(Totals.newBuilder().setNumber(1).setUp(1).build());
    assertThat(Writers.RENEWED_NANOS).isLessThan(TimeUnit.HOURS.toNanos(1));
  }

  @Test
  void writerIsRenewedWhenItKnowsManyKeys() {
    Made first = make(count(5));
    Fold fold = new Fold();
    fold.add(count(1).changes());
    for (int i = 1; i < Writers.KEYS_MAX; i++) {
      KeyName other = KeyName.of("t", String.valueOf(i).getBytes(StandardCharsets.UTF_8));
      assertThat(writers.make(other, tenantId, fold, 0).writer()).isEqualTo(first.writer());
    }
    assertThat(make(count(1)).writer()).as("of a known key").isEqualTo(first.writer());
    Made another = writers.make(KeyName.of("u", new byte[] {1}), tenantId, fold, 0);
    assertThat(another.writer()).isNotEqualTo(first.writer());
    Made again = make(count(1));
    assertThat(again.writer()).as("of a key that it knows").isEqualTo(first.writer());
    assertThat(totals(again).getUp()).isEqualTo(7);
  }

  /** A key that is updated all the time has one writer for twenty minutes, and not one in ten s. */
  @Test
  void keyThatIsUpdatedKeepsItsWriterWhileOthersComeAndGo() {
    Made first = make(count(5));
    Fold fold = new Fold();
    fold.add(count(1).changes());
    Made once = writers.make(other(0), tenantId, fold, 0);
    assertThat(once.writer()).isEqualTo(first.writer());
    Made last = once;
    for (int i = 1; i < 5 * Writers.KEYS_MAX; i++) {
      last = writers.make(other(i), tenantId, fold, 0);
      if (i % (Writers.KEYS_MAX / 2) == 0) {
        assertThat(make(count(1)).writer()).isEqualTo(first.writer());
      }
    }
    assertThat(totals(make(count(1))))
        .isEqualTo(Totals.newBuilder().setNumber(11).setUp(15).build());
    Made forgotten = writers.make(other(0), tenantId, fold, 0);
    assertThat(forgotten.writer()).isEqualTo(last.writer()).isNotEqualTo(first.writer());
    assertThat(totals(forgotten).getNumber()).isEqualTo(1);
    Made renewed = make(Writers.RENEWED_NANOS, count(1));
    assertThat(renewed.writer()).isNotEqualTo(first.writer());
    assertThat(totals(renewed)).isEqualTo(Totals.newBuilder().setNumber(1).setUp(1).build());
  }

  /** The other one is opened later, and is still good. */
  @Test
  void earlierWriterIsOverInItsOwnTime() {
    Made first = make(count(5));
    Fold fold = new Fold();
    fold.add(count(1).changes());
    Made last = first;
    for (int i = 0; i < Writers.KEYS_MAX; i++) {
      last = writers.make(other(i), tenantId, fold, 10);
    }
    assertThat(make(Writers.RENEWED_NANOS - 1, count(1)).writer()).isEqualTo(first.writer());
    Made next = make(Writers.RENEWED_NANOS, count(1));
    assertThat(next.writer()).isEqualTo(last.writer()).isNotEqualTo(first.writer());
    assertThat(totals(next)).isEqualTo(Totals.newBuilder().setNumber(1).setUp(1).build());
    Made again = make(Writers.RENEWED_NANOS, count(1));
    assertThat(again.writer()).isEqualTo(last.writer());
    assertThat(totals(again).getNumber()).isEqualTo(2);
  }

  private static KeyName other(int number) {
    return KeyName.of("t", ("other" + number).getBytes(StandardCharsets.UTF_8));
  }

  /** The caller's future may have completed, as its time is over, while others' update goes on. */
  @Test
  void valuesAreThoseThatWereGiven() {
    byte[] value = {'a'};
    Fold fold = new Fold();
    fold.add(MapUpdate.EMPTY.add("tags", List.of(value)).assign("name", value).changes());
    value[0] = 'b';
    Made made = writers.make(KEY, tenantId, fold, 0);
    assertThat(changes(made.fields().get(0))).containsExactly("1 +a");
    assertThat(made.fields().get(1).getAssignment().getValue().toStringUtf8()).isEqualTo("a");
  }

  @Test
  void writerThatIsTooOldIsFollowedByOneThatWasOpenedAbove() {
    make(count(5));
    writers.renew(9_000);
    Made next = make(count(1));
    assertThat(next.writer().getOpenedHlc()).isGreaterThan(9_000);
    assertThat(totals(next).getUp()).isEqualTo(1);
  }

  @Test
  void totalsStayBelowTheLargestThatNodesTake() {
    Fold fold = new Fold();
    fold.add(count(LARGE).changes());
    assertThat(fold.admits(count(LARGE).changes())).isFalse();
    assertThat(fold.admits(count(-LARGE).changes())).isTrue();
    Made first = writers.make(KEY, tenantId, fold, 0);
    Made second = make(count(LARGE));
    assertThat(second.writer()).isNotEqualTo(first.writer());
    assertThat(totals(second).getUp()).isEqualTo(LARGE);
  }

  @Test
  void updateHasAsManyChangesAsNodesTake() {
    Fold fold = new Fold();
    for (int i = 0; i < Fold.CHANGES_MAX; i++) {
      List<FieldChange> one = MapUpdate.EMPTY.add("tags", "t" + i).changes();
      assertThat(fold.admits(one)).isTrue();
      fold.add(one);
    }
    assertThat(fold.admits(MapUpdate.EMPTY.add("tags", "more").changes())).isFalse();
    FieldChange count = FieldChange.count("n", FieldKind.COUNTER, Operation.INCREMENT, 1);
    Fold counts = new Fold();
    for (int i = 0; i < 3 * Fold.CHANGES_MAX; i++) {
      assertThat(counts.admits(List.of(count))).isTrue();
      counts.add(List.of(count));
    }
  }
}
