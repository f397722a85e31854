package io.quorate.sim;

import static io.quorate.sim.ThreeNodes.A;
import static io.quorate.sim.ThreeNodes.B;
import static io.quorate.sim.ThreeNodes.C;
import static io.quorate.sim.ThreeNodes.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Invariant.BrokenInvariant;
import io.quorate.placement.Level;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteReply;
import io.quorate.sim.ThreeNodes.Basket;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimRule.Sent;
import io.quorate.sim.mutant.Mutant;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.version.Hlc;
import io.quorate.version.Version;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * The schedules that broke earlier versions of the rules, message by message (MODEL-CHECK, sections
 * 3 and 5). Each is run as the rules are, and where a rule can be broken at a door, also without
 * it: then it must be caught.
 */
class DirectedScheduleTest {
  private static final DiskSpeed SLOW_TO_SYNC = new DiskSpeed(500_000_000, 500_000_000, 0, 0, 0);

  @Test
  void laterWriteOfASlowClockWins() {
    laterWriteOfASlowClock(new ThreeNodes(Sabotage.NONE));
    assertBreaks("versions", () -> laterWriteOfASlowClock(new ThreeNodes(Mutant.NO_RESTAMP)));
  }

  /** A hears nothing for a while, and its clock is behind: its stamp is below what B wrote. */
  private static void laterWriteOfASlowClock(ThreeNodes nodes) {
    nodes.node(A).skew(-300);
    Basket silence = nodes.take(sent -> sent.to().equals(id(A)));
    nodes.pass(400);
    Version first = nodes.written(nodes.put(B, "k", Level.QUORUM));
    silence.close();

    Version second = nodes.written(nodes.put(A, "k", Level.QUORUM));

    assertThat(second).isGreaterThan(first);
    assertThat(nodes.cluster().windows().count("Restamped")).isEqualTo(1);
    assertThat(nodes.read(nodes.get(C, "k", Level.QUORUM)).version()).isEqualTo(second);
  }

  /**
   * F2. C is down, and what B writes reaches A only after A has stamped above it: each would step
   * over the other for ever, if a write were stamped more than twice.
   */
  @Test
  void duelOfTwoCoordinatorsEnds() {
    var nodes = new ThreeNodes(Sabotage.NONE);
    nodes.node(C).crash();
    nodes.pass(1_500);
    Basket toB = nodes.take(sent -> isWrite(sent, A, B));
    Basket toA = nodes.take(sent -> isWrite(sent, B, A));
    Call ofA = nodes.put(A, "k", Level.QUORUM);
    nodes.pass(5);
    Call ofB = nodes.put(B, "k", Level.QUORUM);
    nodes.pass(5);

    int rounds = 0;
    while (!(ofA.hasEnded() && ofB.hasEnded())) {
      assertThat(++rounds).as("rounds").isLessThanOrEqualTo(4);
      toB.release();
      nodes.pass(5);
      toA.release();
      nodes.pass(5);
    }

    assertThat(nodes.written(ofA)).isNotEqualTo(nodes.written(ofB));
    assertThat(nodes.cluster().windows().count("Restamped")).isEqualTo(2);
  }

  @Test
  void versionIsNeverMintedTwice() {
    versionAfterRestartWithTheClockBehind(new ThreeNodes(Sabotage.NONE));
    assertThatThrownBy(
            () -> versionAfterRestartWithTheClockBehind(new ThreeNodes(Mutant.BOOT_LEFT_OUT)))
        .hasRootCauseInstanceOf(BrokenInvariant.class)
        .hasMessageContaining("two records of one version");
  }

  /**
   * F10. A stamps, sends to B, and dies before its own disk has it; it comes back with its clock
   * where it was, hears of no other clock, and stamps the same time for another value.
   */
  private static void versionAfterRestartWithTheClockBehind(ThreeNodes nodes) {
    nodes.cluster().network().addRule(ReplicaMessage.class, sent -> withoutClock(sent.message()));
    nodes.node(A).disk().speed(SLOW_TO_SYNC);
    Basket lost = nodes.take(sent -> isWrite(sent, A, C) || sent.message() instanceof WriteReply);
    nodes.put(A, "k", Level.QUORUM);
    nodes.pass(10);
    nodes.node(A).crashLosingUnsynced();
    lost.close();
    Version first = nodes.onDisk(B, "k");

    nodes.node(A).disk().speed(DiskSpeed.FLASH);
    long now = SimClock.EPOCH_MILLIS + nodes.world().nowNanos() / 1_000_000;
    long wait = 300;
    nodes.node(A).skew(Hlc.millis(first.hlc()) - now - wait);
    nodes.node(A).start();
    nodes.pass(wait);
    Version second = nodes.written(nodes.put(A, "k", Level.QUORUM));

    assertThat(second.hlc()).as("the window was entered").isEqualTo(first.hlc());
    assertThat(second.node()).isEqualTo(first.node());
    assertThat(second).isGreaterThan(first);
    assertThat(nodes.read(nodes.get(B, "k", Level.QUORUM)).version()).isEqualTo(second);
  }

  /** F11. The bound is one for clocks: a record beyond it is repaired, and can be overwritten. */
  @Test
  void recordAheadOfTheClockBoundIsRepairedAndOverwritten() {
    var nodes = new ThreeNodes(Sabotage.NONE);
    Basket lost = nodes.take(sent -> sent.from().equals(id(A)));
    nodes.node(A).skew(10_000);
    Version ahead = nodes.written(nodes.put(A, "k", Level.ONE));
    lost.close();

    assertThat(nodes.read(nodes.get(B, "k", Level.ALL)).version()).isEqualTo(ahead);
    assertThat(nodes.onDisk(B, "k")).isEqualTo(ahead);
    assertThat(nodes.onDisk(C, "k")).isEqualTo(ahead);
    assertThat(nodes.written(nodes.put(B, "k", Level.QUORUM))).isGreaterThan(ahead);
    Version elsewhere = nodes.written(nodes.put(B, "other", Level.QUORUM));
    long now = SimClock.EPOCH_MILLIS + nodes.world().nowNanos() / 1_000_000;
    assertThat(Hlc.millis(elsewhere.hlc())).as("B's clock followed").isLessThan(now + 501);
  }

  @Test
  void newestAnswerWinsAndNotTheFirst() {
    readWhereTheFirstAnswerIsOld(new ThreeNodes(Sabotage.NONE));
    assertBreaks(
        "versions", () -> readWhereTheFirstAnswerIsOld(new ThreeNodes(Mutant.FIRST_ANSWER_WINS)));
  }

  /** C missed the second write, and is the one that reads. */
  private static void readWhereTheFirstAnswerIsOld(ThreeNodes nodes) {
    nodes.written(nodes.put(A, "k", Level.ALL));
    Basket lost = nodes.take(sent -> isWrite(sent, A, C));
    Version second = nodes.written(nodes.put(A, "k", Level.QUORUM));
    lost.close();

    assertThat(nodes.read(nodes.get(C, "k", Level.QUORUM)).version()).isEqualTo(second);
  }

  @Test
  void whatAReadReturnedSurvivesTheOnlyReplicaThatHadIt() {
    readOfAWriteOnOneReplica(new ThreeNodes(Sabotage.NONE));
    assertBreaks("versions", () -> readOfAWriteOnOneReplica(new ThreeNodes(Mutant.NO_READ_REPAIR)));
  }

  /** F1 in a stable stage: only A has the write when it is read, and then A dies. */
  private static void readOfAWriteOnOneReplica(ThreeNodes nodes) {
    Basket lost = nodes.take(sent -> sent.message() instanceof Write);
    Call unknown = nodes.put(A, "k", Level.QUORUM);
    nodes.await(unknown);
    assertThat(unknown.outcome()).isInstanceOf(Outcome.Failed.class);
    lost.close();

    Version read = Objects.requireNonNull(nodes.read(nodes.get(A, "k", Level.QUORUM)).version());
    nodes.node(A).crash();
    nodes.pass(1_500);

    assertThat(nodes.read(nodes.get(B, "k", Level.QUORUM)).version()).isEqualTo(read);
    assertThat(nodes.read(nodes.get(C, "k", Level.QUORUM)).version()).isEqualTo(read);
    assertThat(nodes.cluster().windows().count("RepairedBeforeAnswering")).isPositive();
  }

  /**
   * Only C has the record, and the others cannot store it: a scan that returns it would show what
   * the next read of A and B misses. A replica that is asked in place of one that refused its
   * repair must be looked at like the others.
   */
  @Test
  void scanReturnsOnlyWhatAQuorumHolds() {
    var nodes = new ThreeNodes(Sabotage.NONE);
    Basket lost = nodes.take(sent -> sent.message() instanceof Write);
    nodes.written(nodes.put(C, "k", Level.ONE));
    lost.close();
    nodes.node(A).disk().full(true);
    nodes.node(B).disk().full(true);

    for (int i = 0; i < 10; i++) {
      nodes.scan(A);
      nodes.await(nodes.get(B, "k", Level.QUORUM));
    }

    nodes.node(A).disk().full(false);
    nodes.node(B).disk().full(false);
    nodes.pass(500);
    nodes.scan(A);
    assertThat(nodes.cluster().windows().count("scan failed")).isPositive();
    assertThat(nodes.cluster().windows().count("scan read to its end")).isPositive();
  }

  @Test
  void acknowledgedWriteSurvivesTheCrashOfAllThatAcknowledged() {
    crashOfAllRightAfterTheAcknowledgement(new ThreeNodes(Sabotage.NONE));
    assertBreaks(
        "versions",
        () ->
            crashOfAllRightAfterTheAcknowledgement(
                new ThreeNodes(Mutant.ACKNOWLEDGED_BEFORE_SYNC)));
  }

  private static void crashOfAllRightAfterTheAcknowledgement(ThreeNodes nodes) {
    nodes.cluster().nodes().forEach(node -> node.disk().speed(DiskSpeed.SLOW));
    Version written = nodes.written(nodes.put(A, "k", Level.QUORUM));
    nodes.cluster().nodes().forEach(node -> node.crashLosingUnsynced());
    nodes.cluster().startAll();
    nodes.pass(1_000);

    assertThat(nodes.read(nodes.get(C, "k", Level.QUORUM)).version()).isEqualTo(written);
  }

  /** What fails fast was applied nowhere: it is not seen when the others are back. */
  @Test
  void writeWithoutAMajorityFailsAtOnceAndIsNeverSeen() {
    var nodes = new ThreeNodes(Sabotage.NONE);
    nodes.node(B).crash();
    nodes.node(C).crash();
    nodes.pass(1_500);
    Call refused = nodes.put(A, "k", Level.QUORUM);
    nodes.pass(5);

    assertThat(refused.outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.failure().reason()).isEqualTo(Failure.Reason.UNAVAILABLE);
              assertThat(failed.failure().mayHaveApplied()).isFalse();
            });
    nodes.cluster().startAll();
    nodes.pass(1_000);
    assertThat(nodes.read(nodes.get(B, "k", Level.ALL)).version()).isNull();
  }

  /** A node whose clock is off by more than the bound from all others stamps nothing. */
  @Test
  void nodeWithAClockOfItsOwnStampsNothingUntilItIsBack() {
    var nodes = new ThreeNodes(Sabotage.NONE);
    nodes.node(A).skew(5_000);
    nodes.pass(500);
    Call refused = nodes.put(A, "k", Level.QUORUM);
    nodes.await(refused);
    assertThat(refused.outcome()).isInstanceOf(Outcome.Failed.class);

    nodes.node(A).skew(0);
    nodes.pass(500);
    nodes.written(nodes.put(A, "k", Level.QUORUM));
  }

  private static boolean isWrite(Sent<ReplicaMessage> sent, int from, int to) {
    return sent.message() instanceof Write
        && sent.from().equals(id(from))
        && sent.to().equals(id(to));
  }

  /** The message as it would be if nodes did not tell each other their clocks. */
  private static ReplicaMessage withoutClock(ReplicaMessage message) {
    return switch (message) {
      case Heartbeat(long wall, long hlc, boolean writable) -> new Heartbeat(wall, 0, writable);
      case WriteReply(long number, long hlc, var outcome) -> new WriteReply(number, 0, outcome);
      case ReadReply(long number, long hlc, var outcome) -> new ReadReply(number, 0, outcome);
      default -> message;
    };
  }

  private static void assertBreaks(String checker, ThrowingCallable schedule) {
    assertThatThrownBy(schedule)
        .rootCause()
        .isInstanceOfSatisfying(
            PromiseBroken.class, broken -> assertThat(broken.checker()).isEqualTo(checker));
  }
}
