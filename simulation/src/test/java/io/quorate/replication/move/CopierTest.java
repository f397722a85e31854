package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.at;
import static io.quorate.replication.move.MovingNodes.moving;
import static io.quorate.replication.move.MovingNodes.purged;
import static io.quorate.replication.move.MovingNodes.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.background.Urgency;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition goes from a, b, c to a, b, d. */
class CopierTest {
  private static final List<NodeId> OLD = List.of(A, B, C);
  private static final List<NodeId> NEW = List.of(A, B, D);
  private static final PartitionPlacement REST = at(1, A, B, C);
  private static final PartitionPlacement DUAL = moving(2, Step.DUAL_WRITE, 2, OLD, NEW);
  private static final PartitionPlacement CLEANUP = moving(4, Step.CLEANUP, 2, NEW, OLD);
  private static final Duration LONG = Duration.ofSeconds(20);

  private MovingNodes nodes = new MovingNodes();

  @BeforeEach
  void start() {
    startAll();
  }

  private void startAll() {
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, REST);
    }
  }

  private void lacking(LaxCopier rule) {
    nodes = new MovingNodes();
    nodes.lacks(rule);
    startAll();
  }

  @Test
  void whatEachMajorityOfTheOldSetHeldIsAtEachReplicaOfTheNewOne() {
    for (int i = 0; i < 300; i++) {
      nodes.write(1, i, record(1 + i), i % 3 == 0 ? A : B, i % 2 == 0 ? B : C);
    }
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);

    for (NodeId id : NEW) {
      assertThat(nodes.isComplete(id)).isTrue();
      // Two of three held each record: the third got it, and no node lost it.
      assertThat(nodes.count(id)).isEqualTo(300);
    }
    Standing arrived = nodes.standing(D);
    assertThat(arrived.records()).isGreaterThanOrEqualTo(300);
    assertThat(arrived.bytes()).isPositive();
    assertThat(arrived.served()).isTrue();
    assertThat(nodes.standing(C).complete()).as("which leaves").isFalse();
    assertThat(nodes.events(MoveEvent.CopyComplete.class)).hasSize(3);
  }

  @Test
  void aSourceThatDoesNotKnowOfTheMoveYetIsWaitedFor() {
    nodes.learn(DUAL, A, D);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isFalse();
    // B and C make a majority that knows nothing of the move: what it acknowledges, D must get.
    nodes.write(1, 1, record(5), B, C);
    nodes.learn(DUAL, B, C);
    nodes.run(LONG);

    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.held(D, 1)).isEqualTo(record(5));
  }

  @Test
  void aCopyOfSourcesThatDoNotKnowOfTheMoveMissesAWrite() {
    lacking(LaxCopier.AFTER_THE_FENCE);
    nodes.learn(DUAL, A, D);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isTrue();
    nodes.write(1, 1, record(5), B, C);
    nodes.learn(DUAL, B, C);
    nodes.run(LONG);
    assertThat(nodes.held(D, 1)).isNull();
  }

  /** Acknowledged by b and c, and nowhere else: a has missed it. */
  private void copyWhatOneMissed() {
    nodes.write(1, 1, record(5), B, C);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    assertThat(NEW).allMatch(nodes::isComplete);
  }

  @Test
  void whatStaysIsBroughtWhatItMissed() {
    copyWhatOneMissed();
    assertThat(nodes.held(A, 1)).isEqualTo(record(5));
    assertThat(nodes.held(D, 1)).isEqualTo(record(5));
  }

  @Test
  void whatStaysAndIsNotComparedMayLackWhatWasAcknowledged() {
    lacking(LaxCopier.STAYING);
    copyWhatOneMissed();
    assertThat(nodes.held(A, 1)).isNull();
  }

  /** From three replicas to one: no replica arrives (docs/design/topology-change.md#f4). */
  private void copyToFewer() {
    nodes.write(1, 1, record(5), B, C);
    nodes.learn(moving(2, Step.DUAL_WRITE, 2, OLD, List.of(A)), A, B, C);
    nodes.run(LONG);
    assertThat(nodes.isComplete(A)).isTrue();
  }

  @Test
  void fewerReplicasAreBroughtWhatTheOthersAcknowledged() {
    copyToFewer();
    assertThat(nodes.held(A, 1)).isEqualTo(record(5));
  }

  @Test
  void fewerReplicasThatAreNotComparedLackIt() {
    lacking(LaxCopier.STAYING);
    copyToFewer();
    assertThat(nodes.held(A, 1)).isNull();
  }

  @Test
  void oneSourceIsNotEnough() {
    // Node a is compared first or last: one of the two orders shows the difference.
    boolean missed = false;
    for (NodeId missing : OLD) {
      lacking(LaxCopier.MAJORITY);
      NodeId[] majority = OLD.stream().filter(each -> !each.equals(missing)).toArray(NodeId[]::new);
      nodes.write(1, 1, record(5), majority);
      nodes.learn(DUAL, D, A, B, C);
      nodes.run(LONG);
      missed |= nodes.held(D, 1) == null;
    }
    assertThat(missed).isTrue();
  }

  @Test
  void pagesComeFromTheSameRegion() {
    nodes.standIn("near", C, D);
    nodes.standIn("far", A, B);
    nodes.write(1, 1, record(5), A, B, C);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);

    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.pagesFrom).containsExactly(C);
  }

  /** Of each partition another one is the first. */
  @Test
  void pagesComeFromAnyReplicaWhereTheRegionHasNone() {
    nodes.standIn("near", D);
    nodes.standIn("far", A, B, C);
    nodes.write(1, 1, record(5), A, B, C);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);

    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.pagesFrom).containsExactly(A);
  }

  @Test
  void pagesComeFromElsewhereIfTheSameRegionCannotGiveThem() {
    nodes.standIn("near", C, D);
    nodes.standIn("far", A, B);
    nodes.write(1, 1, record(5), A, B, C);
    nodes.learn(DUAL, A, B, D); // c is heard, and does not know of the move
    nodes.run(LONG);

    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.pagesFrom).contains(C).hasSizeGreaterThan(1);
    assertThat(nodes.held(D, 1)).isEqualTo(record(5));
  }

  @Test
  void itIsUrgentWhileAReplicaIsMissing() {
    nodes.write(1, 1, record(5), A, B, C);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.urgencies).containsExactly(Urgency.COPYING);

    nodes = new MovingNodes();
    startAll();
    nodes.write(1, 1, record(5), A, B, C);
    nodes.silence(C); // which D replaces
    nodes.learn(DUAL, A, B, D);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.urgencies).containsExactly(Urgency.FILLING);
  }

  @Test
  void itTakesAMajorityOfTheOldSetThatCanBeAsked() {
    nodes.write(1, 1, record(5), A, B, C);
    nodes.silence(B);
    nodes.silence(C);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isFalse();
    assertThat(nodes.events(MoveEvent.CopyStuck.class)).isNotEmpty();
    nodes.hear(C);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.isComplete(A)).isTrue();
  }

  @Test
  void anotherEpochComparesAgainButDoesNotCopyAgain() {
    for (int i = 0; i < 100; i++) {
      nodes.write(1, i, record(1 + i), A, B, C);
    }
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    long copied = nodes.standing(D).records();
    nodes.learn(moving(3, Step.DUAL_WRITE, 2, OLD, NEW), D);
    assertThat(nodes.isComplete(D)).as("the others do not know of it").isFalse();
    nodes.learn(moving(3, Step.DUAL_WRITE, 2, OLD, NEW), A, B, C);
    nodes.run(LONG);

    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.standing(D).epoch()).isEqualTo(3);
    assertThat(nodes.standing(D).records()).isEqualTo(copied);
    assertThat(nodes.times(MoveEvent.Window.COPY_BEGUN_AGAIN)).isPositive();
  }

  @Test
  void aRestartInTheMiddleGoesOnWithWhatIsThere() {
    for (int i = 0; i < 200; i++) {
      nodes.write(1, i, record(1 + i), A, B, C);
    }
    nodes.learn(DUAL, A, B, C, D);
    nodes.world.runUntil(() -> nodes.count(D) > 20, LONG);
    nodes.crash(D);
    int left = nodes.count(D);
    assertThat(left).isBetween(1, 199);
    nodes.start(D, DUAL);
    nodes.run(Duration.ofMillis(1));
    assertThat(nodes.count(D)).isEqualTo(left);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(nodes.count(D)).isEqualTo(200);
    assertThat(nodes.times(MoveEvent.Window.COPY_BEGUN_AGAIN)).isPositive();
  }

  @Test
  void aLimitIsKept() {
    for (int i = 0; i < 300; i++) {
      nodes.write(1, i, record(1 + i), A, B, C);
    }
    nodes.limit(500);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(Duration.ofSeconds(5));
    assertThat(nodes.standing(D).bytes()).isBetween(1L, 7_000L);
    assertThat(nodes.isComplete(D)).isFalse();
    nodes.limit(0);
    nodes.learn(DUAL, D);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isTrue();
  }

  @Test
  void whatIsLeftHandsOverWhatThoseInChargeLack() {
    nodes.write(1, 1, record(5), C);
    nodes.write(1, 2, record(6), A, B, C);
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.learn(CLEANUP, id);
    }
    nodes.run(LONG);

    assertThat(nodes.standing(C).handedOver()).isTrue();
    assertThat(NEW).allMatch(id -> Objects.equals(nodes.held(id, 1), record(5)));
    assertThat(nodes.times(MoveEvent.Window.HANDED_OVER_WHAT_WAS_LACKING)).isPositive();
    assertThat(nodes.count(C)).isEqualTo(2);
    nodes.learn(at(4, A, B, D), A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.count(C)).as("left when the move is over").isZero();
    assertThat(nodes.times(MoveEvent.Window.LEFTOVERS_HANDED_OVER)).as("twice").isZero();
    assertThat(nodes.count(D)).isEqualTo(2);
  }

  @Test
  void nothingIsHandedOverToFewerThanAMajority() {
    nodes.write(1, 1, record(5), C);
    nodes.silence(A);
    nodes.silence(D);
    nodes.learn(CLEANUP, A, B, C, D);
    nodes.run(LONG);
    assertThat(nodes.standing(C).handedOver()).isFalse();
    nodes.hear(D);
    nodes.run(LONG);
    assertThat(nodes.standing(C).handedOver()).isTrue();
  }

  @Test
  void aNodeThatWasAwayHandsOverWhatItHoldsAndDeletesIt() {
    nodes.write(1, 1, record(5), C);
    nodes.crash(C);
    nodes.learn(at(4, A, B, D), A, B, D);
    nodes.start(C, at(4, A, B, D));
    nodes.run(LONG);

    assertThat(NEW).allMatch(id -> Objects.equals(nodes.held(id, 1), record(5)));
    assertThat(nodes.count(C)).isZero();
    assertThat(nodes.times(MoveEvent.Window.LEFTOVERS_HANDED_OVER)).isEqualTo(1);
    assertThat(nodes.times(new MoveEvent.PartitionCleared(0))).isEqualTo(1);
    assertThat(nodes.node(C).leftovers.count()).isZero();
  }

  /**
   * The replicas may have said what they hold already: a deletion that came to some of them only,
   * after that, would be purged there, and what it hides be brought back by the others.
   */
  @Test
  void whatIsLeftIsNotHandedOverWhileAPurgeIsOpen() {
    nodes.write(1, 1, record(20), C);
    nodes.crash(C);
    PartitionPlacement open =
        new PartitionPlacement(
            4, List.of(A, B, D), new PurgeMarks(Hlc.of(9, 0), 0), Collections.emptySortedSet());
    nodes.learn(open, A, B, D);
    nodes.start(C, open);
    nodes.run(LONG);
    assertThat(NEW).allMatch(id -> nodes.held(id, 1) == null);
    assertThat(nodes.count(C)).isEqualTo(1);

    nodes.learn(purged(at(5, A, B, D), Hlc.of(9, 0)), A, B, C, D);
    nodes.run(LONG);
    assertThat(NEW).allMatch(id -> Objects.equals(nodes.held(id, 1), record(20)));
    assertThat(nodes.count(C)).isZero();
  }
}
