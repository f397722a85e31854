package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.Seeds;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes that meet each other, and nodes that are slow, full or wrong about the time. */
class TopologySchedulesTest {
  private static final Duration LONG = Duration.ofSeconds(5);

  /**
   * When the coordinator wakes, its placement is two stages behind: it is refused, and plans again.
   */
  @Seeds({1, 2, 3})
  void coordinatorStandsStillAcrossTwoRungs(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    nodes.joins(3);
    PartitionPlacement moving = nodes.awaitStep(Move.Step.DUAL_WRITE);
    int partition = nodes.state().partitions().indexOf(moving);
    SimNode leader = nodes.leader();
    int slow = nodes.node(0) == leader ? 1 : 0;
    long stale = nodes.count("StaleEpochRefused");

    nodes.node(slow).pause();
    // The node processes this call when it resumes, with the placement from before its pause.
    Call put =
        nodes.cluster().put(slow, nodes.keyOf(partition), 10, Level.QUORUM, Ask.within(LONG));
    nodes.await(
        () -> nodes.state().partitions().get(partition).epoch() >= moving.epoch() + 2,
        Duration.ofSeconds(20));
    nodes.node(slow).resume();
    nodes.await(put::hasEnded, LONG);
    assertThat(put.outcome()).isInstanceOf(Outcome.Written.class);
    assertThat(nodes.count("StaleEpochRefused")).isGreaterThan(stale);
    nodes.comeToRest();
  }

  @Seeds({1, 2, 3, 4})
  void twoNodesJoinAtOnce(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 2);
    nodes.joins(3);
    nodes.joins(4);
    nodes.comeToRest();
    assertThat(nodes.owned(3)).isPositive();
    assertThat(nodes.owned(4)).isPositive();
    assertThat(nodes.clients().errors()).isEmpty();
  }

  @Seeds({1, 2, 3, 4})
  void oneJoinsWhileAnotherLeaves(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 4, 1);
    nodes.clients().ask(nodes.cluster().nodes().subList(0, 3));
    nodes.joins(4);
    var unused = nodes.awaitStep(Move.Step.DUAL_WRITE);
    nodes.wish(new Command.RemoveNode(nodes.id(3)));
    nodes.comeToRest();
    assertThat(nodes.isMember(3)).isFalse();
    assertThat(nodes.owned(4)).isPositive();
    assertThat(nodes.count("node left")).isEqualTo(1);
    assertThat(nodes.clients().errors()).isEmpty();
  }

  @Seeds({1, 2, 3, 4})
  void oneIsReplacedWhileAnotherJoins(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 4, 2);
    nodes.clients().ask(nodes.cluster().nodes().subList(0, 3));
    nodes.joinsAsSpare(5);
    nodes.joins(4);
    var unused = nodes.awaitStep(Move.Step.DUAL_WRITE);
    nodes.wish(new Command.ReplaceNode(nodes.id(3), nodes.id(5)));
    nodes.comeToRest();
    assertThat(nodes.isMember(3)).isFalse();
    assertThat(nodes.owned(4)).isPositive();
    assertThat(nodes.owned(5)).isPositive();
    assertThat(nodes.clients().errors()).isEmpty();
  }

  /**
   * The move waits, which operators can see; the old replicas stay in charge, so nothing is lost.
   */
  @Seeds({1, 2, 4, 6})
  void newNodeHasNoRoom(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    nodes.clients().ask(nodes.cluster().nodes().subList(0, 3));
    nodes.joins(3);
    var unused = nodes.awaitStep(Move.Step.DUAL_WRITE);
    nodes.node(3).disk().full(true);
    nodes.pass(LONG);
    assertThat(nodes.isAtItsEnd()).isFalse();
    assertThat(nodes.node(3).isWritable()).as("it says that it is full").isFalse();
    assertThat(nodes.count("node marked down")).isZero();

    nodes.node(3).disk().full(false);
    nodes.awaitEnd(); // by itself: it is not started again
    nodes.comeToRest();
    assertThat(nodes.owned(3)).isPositive();
    assertThat(nodes.clients().errors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 900", "1, -900", "2, 240", "2, -240"})
  void clockOfTheNewNodeIsOff(long seed, long millis) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    nodes.node(3).skew(millis);
    nodes.joins(3);
    nodes.awaitEnd();
    nodes.comeToRest();
    assertThat(nodes.owned(3)).isPositive();
  }

  static Stream<Arguments> rungs() {
    return Stream.of(
            Seeds.Source.chosen(1, 2, 3, 4)
                .mapToObj(seed -> Arguments.of(Move.Step.DUAL_WRITE, seed)),
            Seeds.Source.chosen(1, 2).mapToObj(seed -> Arguments.of(Move.Step.CUTOVER, seed)),
            Seeds.Source.chosen(1).mapToObj(seed -> Arguments.of(Move.Step.CLEANUP, seed)))
        .flatMap(each -> each);
  }

  /**
   * No step can be taken and no leader be found; a node that serves an epoch goes on serving it.
   */
  @ParameterizedTest
  @MethodSource("rungs")
  void metadataGroupIsCutApart(Move.Step step, long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    AtomicBoolean cut = new AtomicBoolean();
    nodes.cluster().network().addRule(byte[].class, sent -> cut.get() ? null : sent.message());
    nodes.joins(3);
    var unused = nodes.awaitStep(step);

    cut.set(true);
    nodes.pass(Duration.ofSeconds(1)); // the group has no leader any more
    long version = nodes.state().stateVersion();
    long before = nodes.clients().succeeded();
    nodes.pass(LONG);
    assertThat(nodes.state().stateVersion()).as("nothing is decided").isEqualTo(version);
    assertThat(nodes.clients().succeeded() - before).as("calls meanwhile").isGreaterThan(500);
    assertThat(nodes.clients().errors()).isEmpty();

    cut.set(false);
    nodes.comeToRest();
    assertThat(nodes.owned(3)).isPositive();
    assertThat(nodes.clients().errors()).isEmpty();
  }

  /**
   * While partitions move to the joining node, it gets no records of the others; it gets them
   * later.
   */
  @Seeds({1, 2})
  void newNodeIsCutOffWhileBothSetsAreWrittenTo(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    nodes.clients().ask(nodes.cluster().nodes().subList(0, 3));
    nodes.joins(3);
    var unused = nodes.awaitStep(Move.Step.DUAL_WRITE);
    nodes.cluster().network().isolate(nodes.id(3));
    nodes.pass(LONG);
    nodes.comeToRest();
    assertThat(nodes.owned(3)).isPositive();
    assertThat(nodes.clients().errors()).isEmpty();
  }
}
