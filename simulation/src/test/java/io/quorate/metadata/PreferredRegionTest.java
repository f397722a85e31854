package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.MetadataWorld.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader hands over to a voter of the region in which it should stand, and to no other one. */
class PreferredRegionTest {
  private static final List<String> REGIONS = List.of("a", "a", "b", "b", "c");

  /** Two attempts. */
  private static final Duration SETTLED = Duration.ofSeconds(70);

  @Test
  void leaderStandsThereAndComesBackAfterTheRegionWasAway() {
    for (int seed = 1; seed <= 10; seed++) {
      MetadataWorld world = started(seed, "c");
      Node preferred = world.nodes.get(4);
      world.runFor(SETTLED);
      assertThat(world.leader()).isSameAs(preferred);

      preferred.kill();
      Node elsewhere = world.leader();
      world.runFor(SETTLED);
      assertThat(world.leader()).as("none is up there").isSameAs(elsewhere);

      preferred.start();
      world.runFor(Duration.ofSeconds(20));
      assertThat(world.leader()).as("it is back").isSameAs(preferred);
    }
  }

  @Test
  void amongVotersThereItStaysWhereItIs() {
    for (int seed = 1; seed <= 10; seed++) {
      MetadataWorld world = started(seed, "b");
      world.runFor(SETTLED);
      Node leader = world.leader();
      assertThat(leader.region).isEqualTo("b");
      long term = leader.group().status().term();
      world.runFor(SETTLED.multipliedBy(2));
      assertThat(world.leader()).isSameAs(leader);
      assertThat(leader.group().status().term()).isEqualTo(term);
    }
  }

  @Test
  void whereNoneIsPreferredOrNoVoterStandsThereItStaysToo() {
    for (String region : List.of("", "d")) {
      MetadataWorld world = started(3, region);
      Node leader = world.leader();
      world.runFor(Duration.ofMinutes(10));
      assertThat(world.leader()).isSameAs(leader);
    }
  }

  private static MetadataWorld started(long seed, String region) {
    MetadataWorld world = new MetadataWorld(seed, REGIONS);
    world.config = MetadataConfig.DEFAULT.withLeaderIn(region);
    world.startAll();
    world.leader();
    return world;
  }
}
