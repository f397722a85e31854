package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.at;
import static io.quorate.replication.move.MovingNodes.filling;
import static io.quorate.replication.move.MovingNodes.key;
import static io.quorate.replication.move.MovingNodes.moving;
import static io.quorate.replication.move.MovingNodes.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.message.ReplicaMessage.Offered;
import io.quorate.replication.replica.LaxReplica;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.sim.kernel.SimClock;
import io.quorate.storage.NoteStore.Marks;
import io.quorate.version.Record;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A partition goes from a, b, c to b, c, d. Of two writes that take effect at most once, a and b
 * were offered both, c and d neither (docs/design/once.md#moves).
 */
class FloorAtMovesTest {
  private static final Tenant ONCE =
      new Tenant(2, "once", 3, TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE));

  private static final List<NodeId> OLD = List.of(A, B, C);
  private static final List<NodeId> NEW = List.of(B, C, D);
  private static final PartitionPlacement REST = at(1, A, B, C);
  private static final PartitionPlacement DUAL = moving(2, Step.DUAL_WRITE, 2, OLD, NEW);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Key KEY = key(ONCE.id(), 1);
  private static final Record OVERTAKEN = record(SimClock.EPOCH_MILLIS + 100);
  private static final Record HELD = record(SimClock.EPOCH_MILLIS + 200);

  private MovingNodes nodes = new MovingNodes();

  @BeforeEach
  void start() {
    nodes.also(ONCE);
    nodes.fill();
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, REST);
    }
  }

  private void lacking(LaxReplica.Rule rule) {
    nodes = new MovingNodes();
    nodes.lacks(rule);
    start();
  }

  private void write(long epoch, Record record, NodeId... who) {
    nodes.write(epoch, KEY, record, who);
  }

  private Offered offered(NodeId id, long epoch) {
    return nodes.offered(id, epoch, KEY, OVERTAKEN.version());
  }

  private long floor(NodeId id) {
    return nodes.disk(id).durableMarks(0).floor();
  }

  private void move() {
    write(1, OVERTAKEN, A, B);
    write(1, HELD, A, B);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    assertThat(NEW).allMatch(nodes::isComplete);
    assertThat(NEW).allMatch(id -> Objects.equals(nodes.held(id, KEY), HELD));
  }

  /** Looks after each millisecond: what is said must be so on the disk already. */
  private void runUntil(BooleanSupplier said) {
    for (int i = 0; i < LONG.toMillis() && !said.getAsBoolean(); i++) {
      nodes.run(Duration.ofMillis(1));
    }
    assertThat(said.getAsBoolean()).isTrue();
  }

  @Test
  void eachReplicaOfTheNewSetCountsAsForgottenWhatTheOldOneWasOffered() {
    move();
    assertThat(offered(B, 2)).isEqualTo(Offered.ONCE);
    assertThat(offered(C, 2)).as("which stays").isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(D, 2)).as("which arrives").isEqualTo(Offered.FORGOTTEN);
    assertThat(NEW).allMatch(id -> floor(id) == HELD.version().hlc());
    assertThat(floor(A)).as("which leaves").isZero();
    assertThat(nodes.times(ReplicaEvent.Window.FLOOR_RAISED_BY_MOVE)).isEqualTo(3);
  }

  @Test
  void noneIsCompleteBeforeThatIsDurable() {
    write(1, OVERTAKEN, A, B);
    write(1, HELD, A, B);
    nodes.learn(DUAL, A, B, C, D);
    for (NodeId id : NEW) {
      runUntil(() -> nodes.isComplete(id));
      assertThat(floor(id)).isEqualTo(HELD.version().hlc());
    }
  }

  @Test
  void aFloorThatIsNotStoredIsTriedAgain() {
    write(1, OVERTAKEN, A, B);
    write(1, HELD, A, B);
    nodes.write(1, KEY, HELD, C);
    nodes.learn(DUAL, D);
    write(2, HELD, D);
    nodes.disk(D).full(true);
    nodes.learn(DUAL, A, B, C);
    nodes.run(LONG);
    assertThat(nodes.isComplete(C)).isTrue();
    assertThat(nodes.isComplete(D)).isFalse();
    nodes.disk(D).full(false);
    nodes.run(LONG);
    assertThat(nodes.isComplete(D)).isTrue();
    assertThat(floor(D)).isEqualTo(HELD.version().hlc());
  }

  @Test
  void aReplicaThatStartsAgainKnowsItsFloor() {
    move();
    nodes.crash(D);
    nodes.start(D, DUAL);
    nodes.run(LONG);
    assertThat(offered(D, 2)).isEqualTo(Offered.FORGOTTEN);
  }

  /** What a source was offered before it was killed is not known exactly, and not less. */
  @Test
  void aSourceThatStartsAgainTellsNoLessThanItWasOffered() {
    write(1, OVERTAKEN, A, B);
    write(1, HELD, A, B);
    for (NodeId id : List.of(A, B)) {
      nodes.crash(id);
      nodes.start(id, REST);
    }
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    assertThat(NEW).allMatch(nodes::isComplete);
    assertThat(offered(C, 2)).isEqualTo(Offered.FORGOTTEN);
    assertThat(offered(D, 2)).isEqualTo(Offered.FORGOTTEN);
  }

  @Test
  void theHighestOfWhatTheSourcesTellCounts() {
    write(1, HELD, A, B);
    nodes.crash(A);
    nodes.start(A, REST);
    long told = nodes.disk(A).durableMarks(0).ceiling();
    assertThat(told).isGreaterThan(HELD.version().hlc());
    nodes.learn(moving(2, Step.DUAL_WRITE, 2, OLD, List.of(D)), A, B, C, D);
    nodes.run(LONG);
    assertThat(floor(D)).as("it was compared with a first, and then with b").isEqualTo(told);
  }

  @Test
  void whereAllWritesMayRepeatNothingIsWrittenForIt() {
    nodes.write(1, 1, OVERTAKEN, A, B);
    nodes.write(1, 1, HELD, A, B);
    nodes.learn(DUAL, A, B, C, D);
    nodes.run(LONG);
    assertThat(NEW).allMatch(nodes::isComplete);
    assertThat(List.of(A, B, C, D))
        .allMatch(id -> nodes.disk(id).durableMarks(0).equals(Marks.NONE));
  }

  /** Fills c, which has lost its disk. */
  private void fill() {
    write(1, OVERTAKEN, A, B);
    write(1, HELD, A, B);
    nodes.crash(C);
    PartitionPlacement filled = filling(at(2, A, B, C), C);
    nodes.learn(filled, A, B);
    nodes.start(C, filled);
    runUntil(() -> nodes.reported.contains(C));
  }

  @Test
  void aReplicaThatIsFilledCountsAsForgottenWhatTheOthersWereOffered() {
    fill();
    assertThat(floor(C)).isEqualTo(HELD.version().hlc());
    nodes.learn(at(3, A, B, C), A, B, C);
    assertThat(nodes.held(C, KEY)).isEqualTo(HELD);
    assertThat(offered(C, 3)).isEqualTo(Offered.FORGOTTEN);
    assertThat(nodes.times(ReplicaEvent.Window.FLOOR_RAISED_BY_FILLING)).isEqualTo(1);
  }

  @Test
  void itIsNotReportedAsFullBeforeThatIsDurable() {
    write(1, OVERTAKEN, A, B);
    write(1, HELD, A, B);
    PartitionPlacement filled = filling(at(2, A, B, C), C);
    nodes.learn(filled, A, B, C);
    write(2, HELD, C); // so that no record is lacking
    nodes.disk(C).full(true);
    nodes.run(LONG);
    assertThat(nodes.reported).isEmpty();
    nodes.disk(C).full(false);
    runUntil(() -> nodes.reported.contains(C));
    assertThat(floor(C)).isEqualTo(HELD.version().hlc());
  }

  @Test
  void withoutTheRuleItSaysThatItWasNeverOfferedIt() {
    lacking(LaxReplica.Rule.FLOOR_WHEN_FILLED);
    fill();
    nodes.learn(at(3, A, B, C), A, B, C);
    assertThat(offered(C, 3)).isEqualTo(Offered.NEVER);
  }

  @Test
  void withoutTheRuleTheNewSetSaysThatItWasNeverOffered() {
    lacking(LaxReplica.Rule.FLOOR_AT_MOVE);
    move();
    assertThat(offered(C, 2)).isEqualTo(Offered.NEVER);
    assertThat(offered(D, 2)).isEqualTo(Offered.NEVER);
  }

  @Test
  void withoutTheRuleForThoseThatStayTheySayThatItWasNeverOffered() {
    lacking(LaxReplica.Rule.FLOOR_OF_STAYING);
    move();
    assertThat(offered(C, 2)).isEqualTo(Offered.NEVER);
    assertThat(offered(D, 2)).isEqualTo(Offered.FORGOTTEN);
  }

  @Test
  void whereSourcesDoNotTellTheNewSetSaysThatItWasNeverOffered() {
    lacking(LaxReplica.Rule.OFFERED_TOLD);
    move();
    assertThat(offered(D, 2)).isEqualTo(Offered.NEVER);
  }
}
