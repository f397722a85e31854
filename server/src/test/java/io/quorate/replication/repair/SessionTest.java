package io.quorate.replication.repair;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static io.quorate.version.UnionOfBytes.UNION;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.tree.HashTree;
import io.quorate.runtime.Clock;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.UnionOfBytes;
import io.quorate.version.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SessionTest {
  private static final NodeId OWN = new NodeId(1);
  private static final NodeId OTHER = new NodeId(2);
  private static final int TENANT = 1;

  private final List<Session.Ended> ended = new ArrayList<>();
  private final TwoReplicas replicas = new TwoReplicas(OWN, OTHER);

  @Test
  void isNotDoneBeforeTheOthersTreeIsKnown() {
    replicas.hold(OWN, key(1), record(1));
    Session session = begin();

    session.tick(); // the time it takes to ask is not the time it takes to compare

    assertThat(ended).isEmpty();
    assertThat(replicas.heldBy(OTHER)).isEmpty();
  }

  @Test
  void bringsEverythingInWhateverOrderAnswersCome() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TwoReplicas two = new TwoReplicas(OWN, OTHER);
      for (int i = 0; i < 40; i++) {
        two.hold(random.nextBoolean() ? OWN : OTHER, key(random.nextInt(25)), record(i));
      }
      compareCompletely(two, seed, random);

      assertThat(two.heldBy(OTHER)).as("seed %d", seed).isEqualTo(two.heldBy(OWN));
    }
  }

  /** Records of some models are not ordered: then each of two may lack something. */
  @Test
  void bringsBothWaysWhatEachOfTheTwoLacks() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TwoReplicas two = new TwoReplicas(OWN, OTHER, UNION);
      TwoReplicas all = new TwoReplicas(OWN, OTHER, UNION);
      for (int i = 0; i < 40; i++) {
        Key key = key(random.nextInt(15));
        Record record = UnionOfBytes.of(record(i).version(), random.nextInt(100));
        two.hold(random.nextBoolean() ? OWN : OTHER, key, record);
        all.hold(OWN, key, record);
      }
      compareCompletely(two, seed, random);

      assertThat(two.heldBy(OWN)).as("own of seed %d", seed).isEqualTo(all.heldBy(OWN));
      assertThat(two.heldBy(OTHER)).as("other of seed %d", seed).isEqualTo(all.heldBy(OWN));
    }
  }

  @Test
  void isNotCompleteIfTheOtherHoldsLessThanItSaid() {
    replicas.hold(OWN, key(1), record(5));
    replicas.hold(OTHER, key(1), record(1));
    replicas.claim(key(1), record(9).summary());
    Session session = begin();
    Random random = new Random(1);
    while (ended.isEmpty()) {
      boolean unused = replicas.answerOne(random);
      session.tick();
    }

    assertThat(ended).singleElement().matches(end -> !end.complete());
    assertThat(ended.getFirst().why()).contains("older than");
  }

  @Test
  void endsIfTheOtherSendsWhatItWasNotAskedFor() {
    for (int i = 0; i < 5; i++) {
      replicas.hold(OTHER, key(i), record(i));
    }
    replicas.sendBesides(key(77), record(9));
    Session session = begin();
    Random random = new Random(1);
    for (int turn = 0; ended.isEmpty(); turn++) {
      assertThat(turn).isLessThan(1_000);
      boolean unused = replicas.answerOne(random);
      session.tick();
    }

    assertThat(ended).singleElement().matches(end -> !end.complete());
    assertThat(ended.getFirst().why()).contains("not asked for");
    assertThat(replicas.heldBy(OWN)).doesNotContainKey(key(77));
  }

  @Test
  void bringsNothingMoreOnceItIsCalledOff() {
    for (int i = 0; i < 20; i++) {
      replicas.hold(OWN, key(i), record(i));
    }
    Random random = new Random(1);
    Session session = begin();
    boolean treeCame = replicas.answerOne(random);

    session.cancel();
    while (replicas.answerOne(random)) {
      session.tick();
    }

    assertThat(treeCame).isTrue();
    assertThat(ended).singleElement().matches(end -> !end.complete());
    assertThat(replicas.heldBy(OTHER)).isEmpty();
  }

  @Test
  void oneRecordThatIsRefusedFailsTheComparisonAndTheOthersAreBrought() {
    Session.Ended ended = endsWithoutOneRecord(new Refused("its disk does not take it"));
    assertThat(ended.complete()).isFalse();
    assertThat(ended.why()).contains("does not take it");
  }

  /**
   * A copy goes on, for it is proposed; but a mark that the other one lacks something must stay.
   */
  @Test
  void oneRegisterBelowWhatIsPromisedLeavesTheTwoUnequalAndTheOthersAreBrought() {
    Session.Ended ended = endsWithoutOneRecord(new PromisedHigher(record(1).version()));
    assertThat(ended.complete()).isTrue();
    assertThat(ended.madeEqual()).isFalse();
    assertThat(ended.why()).contains("a higher ballot was promised");
  }

  private static Session.Ended endsWithoutOneRecord(WriteOutcome refusal) {
    List<Session.Ended> ends = new ArrayList<>();
    for (NodeId holder : List.of(OWN, OTHER)) {
      ends.add(endsWithoutOneRecord(holder, refusal));
    }
    assertThat(ends.getFirst().why()).isEqualTo(ends.getLast().why());
    return ends.getFirst();
  }

  private static Session.Ended endsWithoutOneRecord(NodeId holder, WriteOutcome refusal) {
    TwoReplicas two = new TwoReplicas(OWN, OTHER);
    for (int i = 0; i < 10; i++) {
      two.hold(holder, key(i), record(i));
    }
    two.refuse(key(4), refusal);
    List<Session.Ended> ends = new ArrayList<>();
    Session session = session(two, ends);
    session.start();
    Random random = new Random(1);
    while (two.answerOne(random) || ends.isEmpty()) {
      session.tick();
    }

    assertThat(two.heldBy(holder.equals(OWN) ? OTHER : OWN)).hasSize(9);
    assertThat(ends).hasSize(1);
    return ends.getFirst();
  }

  @Test
  void recordsOfOneVersionAndDifferentBytesBecomeEqual() {
    Record one = record(1, 1);
    Record other = record(1, 2);
    replicas.hold(OWN, key(1), one);
    replicas.hold(OTHER, key(1), other);
    replicas.hold(OWN, key(2), other);
    replicas.hold(OTHER, key(2), one);
    Random random = new Random(1);
    Session session = begin();
    while (replicas.answerOne(random)) {
      session.tick();
    }

    assertThat(ended).singleElement().matches(Session.Ended::complete);
    assertThat(replicas.heldBy(OWN))
        .isEqualTo(replicas.heldBy(OTHER))
        .containsEntry(key(1), LAST_WRITE_WINS.merge(one, other));
  }

  /** The clock stands: what waited until a record is old enough would wait for ever. */
  @Test
  void aRecordStampedFarAheadIsBroughtAtOnce() {
    long hourAhead = new Standing().wallMillis() + 3_600_000;
    Version version = new Version(0, Hlc.of(hourAhead, 0), OTHER, 1);
    replicas.hold(OWN, key(1), Record.tombstone(version, 1));
    Random random = new Random(1);
    Session session = begin();
    while (replicas.answerOne(random)) {
      session.tick();
    }

    assertThat(ended).singleElement().matches(Session.Ended::complete);
    assertThat(replicas.heldBy(OTHER)).isEqualTo(replicas.heldBy(OWN));
  }

  /** What this node has got meanwhile is later, so it lacks nothing that is to be read here. */
  @Test
  void whatWasOvertakenIsBroughtWhereItBelongsIntoAHistory() {
    assertThat(fetchedThoughOvertaken(true)).isEqualTo(1);
    assertThat(fetchedThoughOvertaken(false)).isZero();
  }

  private static int fetchedThoughOvertaken(boolean overtaken) {
    TwoReplicas two = new TwoReplicas(OWN, OTHER);
    Moved clock = new Moved();
    two.hold(OTHER, key(1), ofMillis(clock.millis));
    List<Session.Ended> ends = new ArrayList<>();
    Session session = session(two, clock, overtaken, ends);
    session.start();
    Random random = new Random(1);
    while (two.answerOne(random)) {
      session.tick();
    }
    assertThat(ends).as("it may be on its way").isEmpty();
    clock.millis += 2_000;
    two.hold(OWN, key(1), ofMillis(clock.millis));
    for (int turn = 0; ends.isEmpty(); turn++) {
      assertThat(turn).isLessThan(1_000);
      session.tick();
      boolean unused = two.answerOne(random);
    }
    assertThat(ends).singleElement().matches(Session.Ended::complete);
    return ends.getFirst().fetched();
  }

  private static Record ofMillis(long millis) {
    return Record.value(new Version(0, Hlc.of(millis, 0), OTHER, 1), 1, 0, new byte[] {1});
  }

  /** A clock that shows what it is set to. */
  private static final class Moved implements Clock {
    private long millis = 1_000_000;

    @Override
    public long wallMillis() {
      return millis;
    }

    @Override
    public long nanos() {
      return TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  private Session begin() {
    Session session = session(replicas, ended);
    session.start();
    return session;
  }

  /** Runs one comparison to its end; answers come in any order, and after any time. */
  private static void compareCompletely(TwoReplicas two, int seed, Random random) {
    List<Session.Ended> ends = new ArrayList<>();
    Session session = session(two, ends);
    session.start();
    for (int turn = 0; ends.isEmpty(); turn++) {
      assertThat(turn).as("turns of seed %d", seed).isLessThan(10_000);
      if (random.nextInt(3) == 0 || !two.answerOne(random)) {
        session.tick();
      }
    }
    assertThat(ends).as("seed %d", seed).allMatch(Session.Ended::complete);
  }

  private static Session session(TwoReplicas between, List<Session.Ended> ends) {
    return session(between, new Standing(), false, ends);
  }

  private static Session session(
      TwoReplicas between, Clock clock, boolean overtaken, List<Session.Ended> ends) {
    RepairConfig config = new RepairConfig(true, 1, 1, 4, 3, 1, 0);
    return new Session(
        new Session.Task(
            OWN, OTHER, new Peers.Place(0, 1), Factor.of(3), List.of(TENANT), true, overtaken),
        HashTree.of(between.treeOf(OWN).leaves()),
        between,
        new Session.Settings(
            config,
            new RepairRules(),
            tenant -> between.model(),
            new Pace(clock, 0),
            BackgroundBudget.UNLIMITED,
            clock),
        ends::add);
  }

  private static Key key(int number) {
    return new Key(TENANT, ("k" + number).getBytes(StandardCharsets.UTF_8));
  }

  private static Record record(int number) {
    return record(number, number);
  }

  private static Record record(int number, int value) {
    Version version = new Version(0, Hlc.of(1_000 + number, 0), OWN, 1);
    return Record.value(version, 1, 0, new byte[] {(byte) value});
  }
}
