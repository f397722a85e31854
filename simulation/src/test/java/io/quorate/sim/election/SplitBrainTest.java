package io.quorate.sim.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Schedules that tell the right way to elect a leader from the wrong ones, each over many seeds:
 * five nodes, and clients that always ask for decisions from nodes that believe they lead.
 */
class SplitBrainTest {
  private static final int NODES = 5;
  private static final int SEEDS = 50;

  /** Longer than any way takes to notice that a leader is gone, and to find another. */
  private static final Duration LONG = Duration.ofSeconds(4);

  @ParameterizedTest
  @CsvSource({
    "HIGHEST_VISIBLE_ID, true",
    "HIGHEST_VISIBLE_ID, false",
    "BULLY, true",
    "BULLY, false"
  })
  void partitionSplitsTheBrainOfTheWrongModels(Algorithm wrong, boolean leaderCutOff) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      SplitBrainChecker checker = partitioned(wrong, seed, leaderCutOff).checker();
      assertThat(checker.found("obeyed")).as("two are obeyed, seed %d", seed).isTrue();
      assertThat(checker.found("slot")).as("two decisions in one place, seed %d", seed).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"RAFT, true", "RAFT, false"})
  void partitionDoesNotSplitTheBrainOf(Algorithm right, boolean leaderCutOff) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertOneIsObeyed(partitioned(right, seed, leaderCutOff), seed);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "RAFT", mode = Mode.EXCLUDE)
  void leaderThatWakesUpSplitsTheBrainOfTheWrongModels(Algorithm wrong) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertThat(paused(wrong, seed).checker().findings()).as("seed %d", seed).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = "RAFT")
  void leaderThatWakesUpDoesNotSplitTheBrainOf(Algorithm right) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertOneIsObeyed(paused(right, seed), seed);
    }
  }

  private static void assertOneIsObeyed(ElectionWorld world, long seed) {
    assertThat(world.checker().findings()).as("seed %d", seed).isEmpty();
    NodeId unused = world.awaitAgreement();
  }

  /** Two are cut off from the other three, the leader among them or not, and come back. */
  private static ElectionWorld partitioned(Algorithm algorithm, long seed, boolean leaderCutOff) {
    var world = new ElectionWorld(algorithm, NODES, seed);
    NodeId leader = world.awaitAgreement();
    world.ask();
    world.pass(Duration.ofSeconds(1));
    List<NodeId> minority = new ArrayList<>(world.others(leader, leaderCutOff ? 1 : 2));
    if (leaderCutOff) {
      minority.add(leader);
    }
    world.cutOff(minority);
    world.pass(LONG);
    long accepted = world.checker().acceptedDecisions();
    world.heal();
    world.pass(LONG);
    assertThat(world.checker().acceptedDecisions()).as("decisions").isGreaterThan(accepted);
    return world;
  }

  /** The leader sleeps until another leads, and wakes up with clients' requests waiting. */
  private static ElectionWorld paused(Algorithm algorithm, long seed) {
    var world = new ElectionWorld(algorithm, NODES, seed);
    NodeId leader = world.awaitAgreement();
    world.ask();
    world.pass(Duration.ofSeconds(1));
    world.pause(leader);
    world.pass(LONG);
    assertThat(world.leaders()).as("another leader, seed %d", seed).hasSize(2).contains(leader);
    world.resume(leader);
    world.pass(LONG);
    return world;
  }
}
