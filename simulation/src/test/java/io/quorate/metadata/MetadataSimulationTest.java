package io.quorate.metadata;

import static io.quorate.metadata.MetadataWorld.tenant;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.MetadataWorld.Asked;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.sim.kernel.LinkConditions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Crashes, cuts, pauses and loss at random, with commands from everywhere. The world itself checks
 * at each step that no node publishes an older state than ever before, in whichever life, and that
 * no two nodes publish different states of one version.
 */
class MetadataSimulationTest {

  @Test
  void decisionsHoldWhateverFails() {
    Tally tally = new Tally();
    for (long seed = 0; seed < 100; seed++) {
      run(seed, tally);
    }
    // A check that never met its danger has not passed.
    assertThat(tally.accepted).isGreaterThan(700);
    assertThat(tally.unavailable).isGreaterThan(20);
    assertThat(tally.unknown).isGreaterThan(20);
    assertThat(tally.crashes).isGreaterThan(200);
  }

  private static final class Tally {
    int accepted;
    int unavailable;
    int unknown;
    int crashes;
  }

  private static void run(long seed, Tally tally) {
    var world = new MetadataWorld(seed, 3 + (int) (seed % 4));
    world.config = seed % 2 == 0 ? MetadataConfig.DEFAULT : MetadataGroupTest.shortLog();
    world.network.setConditions(
        new LinkConditions(50_000, 200_000, 0.02, 0.02, 0.1, 0.01, 50_000_000));
    world.startAll();
    Map<String, Asked> asked = new LinkedHashMap<>();
    for (int step = 0; step < 60; step++) {
      Node node = world.random.pick(world.nodes);
      Node other = world.random.pick(world.nodes);
      switch (world.random.nextInt(10)) {
        case 0 -> {
          tally.crashes += node.isUp() ? 1 : 0;
          node.kill();
        }
        case 1 -> world.network.cut(node.id, other.id);
        case 2 -> world.network.healAll();
        case 3 -> {
          if (node.isUp()) {
            node.pause();
          }
        }
        case 4, 5 -> {
          node.start();
          node.resume();
        }
        default -> {
          if (node.isUp()) {
            String name = "t" + step;
            asked.put(name, node.propose(tenant(name), Duration.ofMillis(1500)));
          }
        }
      }
      world.runFor(Duration.ofMillis(world.random.nextInt(700)));
    }
    world.network.healAll();
    world.network.setConditions(LinkConditions.QUIET);
    for (Node node : world.nodes) {
      node.start();
      node.resume();
    }
    world.leader();
    world.runFor(Duration.ofSeconds(5));
    assertThat(world.nodes.get(0).ask(tenant("last"))).isInstanceOf(CommandOutcome.Accepted.class);
    long version = world.nodes.get(0).group().state().stateVersion();
    assertThat(world.runUntil(() -> world.allShow(version))).as("seed %d", seed).isTrue();
    Set<String> tenants = world.nodes.get(0).group().state().tenants().keySet();
    for (Node node : world.nodes) {
      assertThat(node.group().state()).isEqualTo(world.nodes.get(0).group().state());
      assertThat(node.rejected).isNull();
    }
    asked.forEach(
        (name, question) -> {
          switch (question.outcome) {
            case CommandOutcome.Accepted accepted -> {
              tally.accepted++;
              assertThat(tenants).as("seed %d", seed).contains(name);
            }
            case CommandOutcome.Unavailable unavailable -> {
              tally.unavailable++;
              assertThat(tenants).as("seed %d", seed).doesNotContain(name);
            }
            case CommandOutcome.Unknown unknown -> tally.unknown++;
            case CommandOutcome.Rejected rejected ->
                throw new AssertionError("rejected: " + rejected.reason());
            case null -> {} // its node died
          }
        });
  }
}
