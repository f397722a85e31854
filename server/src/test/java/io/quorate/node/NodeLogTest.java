package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quorate.migration.MigrationEvent;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.node.core.Readiness;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.health.HealthEvent;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.repair.RepairEvent;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Lines for people come when there is news, and not more often. */
class NodeLogTest {
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private long nanos;
  private final Clock clock = TestClock.ofNanos(() -> nanos);
  private NodeNames names = NodeNames.NONE;
  private final NodeLog log = new NodeLog(clock, () -> names);

  NodeLogTest() {
    lines.start();
    logger().addAppender(lines);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("io.quorate.node");
  }

  @AfterEach
  void detach() {
    boolean unused = logger().detachAppender(lines);
  }

  private long written(String part) {
    return lines.list.stream().filter(each -> each.getFormattedMessage().contains(part)).count();
  }

  @Test
  void nodesAreWrittenWithTheNamesThatTheyHaveThen() {
    NodeId node = new NodeId(9);
    names = new NodeNames(Map.of(node, "db-east-1"));
    log.leaderChanged(node, 4);
    log.warn("nodes {} are away, after {} s", List.of(node, new NodeId(8)), 3);
    log.stuck("node 0000000000000009 does not answer", null);
    names = new NodeNames(Map.of(node, "db-east-7"));
    log.stuckOn(node, "it is old");
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "node 0000000000000009 (db-east-1) leads the metadata group, term 4",
            "nodes [0000000000000009 (db-east-1), 0000000000000008] are away, after 3 s",
            "node 0000000000000009 (db-east-1) does not answer",
            "node 0000000000000009 (db-east-7) cannot follow the metadata group: 'it is old'");
  }

  @Test
  void aPlanThatFailsIsWrittenWithItsStackOnce() {
    RuntimeException why = new IllegalStateException("no plan");
    new MigrationEvent.PlanFailed(7, why, false).tell(log);
    new MigrationEvent.PlanFailed(7, why, true).tell(log);
    assertThat(lines.list)
        .allMatch(line -> line.getFormattedMessage().contains("moves for it: " + why + ". 'quor"))
        .extracting(line -> line.getThrowableProxy() != null)
        .containsExactly(true, false);
  }

  /** The leader is the one whose messages are refused, and this node is the one to look after. */
  @Test
  void aNodeThatWasSetBackIsToldWhatToDo() {
    NodeId leader = new NodeId(9);
    String why = "it says that this node holds up to index 366, and the log here ends at 3/362";
    new RaftEvent.MessageRefused(leader, WhyNotBelieved.COMMIT_BEYOND_LOG, why).tell(log);
    new RaftEvent.MessageRefused(leader, WhyNotBelieved.COMMIT_BEYOND_LOG, why).tell(log);
    new RaftEvent.MessageRefused(leader, WhyNotBelieved.SECOND_LEADER, "it is not").tell(log);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains(leader.toString(), why, "an old copy", "was set back")
                    .contains("'quorate cluster readmit'", "start it with an empty directory"),
            line -> assertThat(line).contains("restart it").doesNotContain("readmit"));
    assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void whyTheNodeIsNotReadyNamesNodes() {
    names = new NodeNames(Map.of(new NodeId(9), "db-east-1"));
    log.readinessChanged(Readiness.not("node 0000000000000009 has another log"));
    log.readinessChanged(Readiness.READY);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("not ready: node 0000000000000009 (db-east-1) has another log", "ready");
  }

  /** Those who look closest look for one node. */
  @Test
  void debugLinesAndTracesNameNodes() {
    NodeId node = new NodeId(9);
    names = new NodeNames(Map.of(node, "db-east-1"));
    Level before = logger().getLevel();
    logger().setLevel(Level.TRACE);
    try {
      log.debug("raft: {}", node);
      log.trace(new CoordinatorEvent.NotUnderstood(node, 33, CoordinatorEvent.Unclear.ITS_REQUEST));
    } finally {
      logger().setLevel(before);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            debug -> assertThat(debug).isEqualTo("raft: 0000000000000009 (db-east-1)"),
            trace -> assertThat(trace).contains("0000000000000009 (db-east-1)"));
  }

  @Test
  void progressOfFillingIsSaidEveryTenSecondsAndAtTheEnd() {
    log.filling(Filler.Progress.NONE);
    for (int second = 0; second < 25; second++) {
      nanos = second * 1_000_000_000L;
      log.filling(new Filler.Progress(25 - second, 25, 1_000, 7_500_000, 1_250_000));
    }
    assertThat(written("being filled")).isEqualTo(3);
    assertThat(written("15 of 25 partitions are left; 1000 records, 7.5 MB so far, 1.3 MB/s"))
        .isEqualTo(1);
    assertThat(written("filled: no partition is left")).isZero();
    log.filling(Filler.Progress.NONE);
    log.filling(Filler.Progress.NONE);
    assertThat(written("filled: no partition is left")).isEqualTo(1);
  }

  @Test
  void messagesThatAreNotUnderstoodAreSaidOnceAMinuteForWhatTheyAre() {
    NodeId other = new NodeId(7);
    for (int second = 0; second < 90; second++) {
      nanos = second * 1_000_000_000L;
      log.happened(
          new CoordinatorEvent.NotUnderstood(other, 33, CoordinatorEvent.Unclear.ITS_REQUEST));
      log.happened(
          new CoordinatorEvent.NotUnderstood(other, 34, CoordinatorEvent.Unclear.ITS_ANSWER));
      log.happened(
          new CoordinatorEvent.NotUnderstood(other, 1, CoordinatorEvent.Unclear.OWN_REQUEST));
    }
    String node = "node 0000000000000007 ";
    assertThat(written(node + "sends requests that this version does not know (kind 33)"))
        .isEqualTo(2);
    assertThat(written(node + "gives answers that this version does not know (kind 34)"))
        .isEqualTo(2);
    assertThat(written(node + "does not know requests of this version (kind 1)")).isEqualTo(2);
  }

  @Test
  void damageThatStaysIsSaidOnceForEachPartitionAndDamage() {
    for (int second = 0; second < 60; second++) {
      nanos = second * 1_000_000_000L;
      log.happened(new RepairEvent.DamageKept(3));
      log.happened(new RepairEvent.DamageKept(4));
    }
    assertThat(written("partition 3 stays damaged")).isEqualTo(1);
    assertThat(written("partition 4 stays damaged")).isEqualTo(1);
    log.happened(new ReplicaEvent.DamageGone(3));
    log.happened(new ReplicaEvent.PartitionDamaged(3, "a block"));
    log.happened(new RepairEvent.DamageKept(3));
    log.happened(new RepairEvent.DamageKept(4));
    assertThat(written("partition 3 stays damaged")).isEqualTo(2);
    assertThat(written("partition 4 stays damaged")).isEqualTo(1);
  }

  @Test
  void damagedLeftoversThatWaitAreSaidOnce() {
    for (int second = 0; second < 60; second++) {
      nanos = second * 1_000_000_000L;
      log.happened(new RepairEvent.DamagedLeftoversKept(3));
    }
    assertThat(written("all that is left here of partition 3")).isEqualTo(1);
  }

  @Test
  void aClockThatIsBehindIsSaidToBeBehind() {
    log.happened(new HealthEvent.ClockSkewed(-800));
    assertThat(written("clock is 800 ms behind most others'")).isEqualTo(1);
  }
}
