package io.quorate.version;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How keys go on that were restored; that they have what the backup had is a law of each model. */
class RestatedTest {
  private static final long RESTORED = Hlc.of(1_000, 3);
  private static final Version BEFORE = new Version(9, Hlc.of(500, 0), new NodeId(4), 2);
  private static final Field TAGS = new Field("tags", Field.Kind.SET);
  private static final Field NAME = new Field("name", Field.Kind.REGISTER);

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Record restored(Record backup) {
    return Objects.requireNonNull(Restated.at(RESTORED, backup));
  }

  private static SiblingSet threeSiblings() {
    SiblingSet set = SiblingSet.EMPTY;
    for (int i = 1; i <= 3; i++) {
      Dot dot = new Dot(Hlc.of(i, 0), new Dot.Actor(new NodeId(i), 1, 1));
      set = set.write(dot, new WriteId(i, 1, 1), CausalContext.NONE, bytes("v" + i), 0);
    }
    return set;
  }

  private static List<String> values(SiblingSet set) {
    return set.siblings().stream().map(each -> new String(each.value(), UTF_8)).toList();
  }

  @Test
  void aPutTakesThePlaceOfTheSiblingThatItsClientHasRead() {
    SiblingSet set = SiblingSet.of(restored(threeSiblings().toRecord()));
    WriteId first = set.siblings().iterator().next().id();
    Dot later = new Dot(RESTORED + 100, new Dot.Actor(new NodeId(1), 1, 1));

    SiblingSet next =
        set.write(
            later,
            new WriteId(RESTORED + 1, 5, 1),
            CausalContext.NONE.with(first),
            bytes("new"),
            0);

    assertThat(values(next)).containsExactly("v2", "v3", "new");
    assertThat(values(next.merge(set))).as("a batch that comes late").isEqualTo(values(next));
  }

  /** Of the same dots another cluster's writes have. */
  @Test
  void aContextFromBeforeCoversNothing() {
    SiblingSet before = threeSiblings();
    SiblingSet set = SiblingSet.of(restored(before.toRecord()));
    Dot later = new Dot(RESTORED + 100, new Dot.Actor(new NodeId(1), 1, 1));

    SiblingSet next =
        set.write(later, new WriteId(RESTORED + 1, 5, 1), before.context(), bytes("new"), 0);

    assertThat(values(next)).containsExactly("v1", "v2", "v3", "new");
  }

  @Test
  void aRemovalTakesAwayOneValueAndItDoesNotComeBack() {
    CrdtState before =
        CrdtState.update(
            new Writer(5, 5),
            List.of(
                new FieldChange.Add(TAGS, 1, bytes("a"), List.of()),
                new FieldChange.Add(TAGS, 2, bytes("b"), List.of())));
    CrdtState state = CrdtState.of(restored(before.toRecord()));
    CrdtState removal =
        CrdtState.update(
            new Writer(RESTORED + 7, 1),
            List.of(
                new FieldChange.Remove(TAGS, 1, bytes("a"), state.additions(TAGS, bytes("a")))));

    CrdtState next = state.merge(removal);

    assertThat(elements(next)).containsExactly("b");
    assertThat(elements(next.merge(state))).as("a batch that comes late").containsExactly("b");
  }

  private static List<String> elements(CrdtState state) {
    return state.values().getFirst().elements().stream()
        .map(each -> new String(each.value(), UTF_8))
        .toList();
  }

  /** All that it adds is known to it: a purge folds what is known, and keeps what is there. */
  @Test
  void whatIsRestoredIsKnown() {
    CrdtState before =
        CrdtState.update(
            new Writer(5, 5), List.of(new FieldChange.Add(TAGS, 1, bytes("a"), List.of())));
    CrdtState state = CrdtState.of(restored(before.toRecord()));

    assertThat(state.additions(TAGS, bytes("a"))).isNotEmpty().allMatch(state::knows);
  }

  /** Nothing is to be remembered of what was cleared before. */
  @Test
  void aFieldThatWasClearedIsNotThere() {
    CrdtState before =
        CrdtState.update(
            new Writer(5, 5),
            List.of(
                new FieldChange.Add(TAGS, 1, bytes("a"), List.of()),
                new FieldChange.Assign(NAME, 6, 2, null)));

    assertThat(CrdtState.of(restored(before.toRecord())).fields().keySet()).containsExactly(TAGS);
  }

  @Test
  void aRegisterForgetsChangesAndFencesOfBefore() {
    WriteId old = new WriteId(Hlc.of(400, 0), 8, 1);
    Register before =
        new Register(0, 77, old, List.of(), bytes("v"))
            .after(new Register.Change(old, (byte) 0, 0), bytes("v"));

    Register after = Register.of(restored(before.toRecord(BEFORE)), 0);

    assertThat(after.value()).isEqualTo(bytes("v"));
    assertThat(after.changes()).isEmpty();
    assertThat(after.mayHaveForgotten(old)).isTrue();
    assertThat(after.mayHaveForgotten(new WriteId(RESTORED + 1, 8, 1))).isFalse();
    assertThat(after.fencesOff(1)).as("a token of another cluster's lock").isFalse();
    assertThat(after.mayHaveForgottenFence()).as("that a lock is held is asked").isTrue();
    assertThat(restored(before.toRecord(BEFORE)).version().rank()).isZero();
  }

  @Test
  void aRecordOfALockTakesAnyToken() {
    Version locked = new Version(FenceRank.fresh(40), Hlc.of(500, 0), new NodeId(4), 2);

    Record after = restored(Record.value(locked, 900, 0, bytes("v")));

    assertThat(after.version().rank()).isZero();
    assertThat(after.epoch()).isZero();
  }
}
