package io.quorate.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.sim.kernel.SimJournal.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private final SimWorld world = SimWorld.readable(1);

  @Test
  void nodesGoByTheirLettersAndStampsCountFromTheBeginning() {
    NodeId node = new NodeId(0xABC);
    world.journal().call(node.toString(), "a");
    world.note(Topic.NODE, node.toString(), () -> "holds 1767225602723.2@" + node + "/3");

    assertThat(lines(world.journal().timeline()))
        .containsExactly("     0.000  a    holds 2723.2@a/3");
  }

  @Test
  void keyIsFollowedThroughAnswersThatDoNotNameIt() {
    world.note(Topic.MESSAGE, "a", () -> "> b write ~1.1f k1 = #7");
    world.note(Topic.MESSAGE, "a", () -> "> b write ~1.2f k10 = #8");
    world.note(Topic.MESSAGE, "b", () -> "> a reply ~1.1f: stored");
    world.note(Topic.MESSAGE, "b", () -> "> a reply ~1.2f: stored");
    world.note(Topic.MESSAGE, "a", () -> "< b heartbeat; reply ~1.1f: stored");
    world.note(Topic.MESSAGE, "c", () -> "> b write ~1.1f k2 = #9");
    world.note("b", () -> "crashes");

    assertThat(lines(world.journal().timeline().ofKey("k1")))
        .containsExactly(
            "     0.000  a    > b write ~1.1f k1 = #7",
            "     0.000  b    > a reply ~1.1f: stored",
            "     0.000  a    < b heartbeat; reply ~1.1f: stored",
            "     0.000  b    crashes");
    assertThat(lines(world.journal().timeline().ofNode("a"))).hasSize(3);
  }

  @Test
  void heartbeatsCanBeLeftOut() {
    world.note(Topic.MESSAGE, "a", () -> "> b heartbeat");
    world.note(Topic.MESSAGE, "a", () -> "> b raft term 4 heartbeat, commit 12");
    world.note(Topic.MESSAGE, "a", () -> "> b heartbeat; write ~1.1f k1 = #7");

    assertThat(lines(world.journal().timeline().withoutHeartbeats())).hasSize(1);
  }

  @Test
  void worldThatIsNotReadableKeepsNoLines() {
    SimWorld silent = SimWorld.of(1);
    silent.note(
        "a",
        () -> {
          throw new AssertionError("a line was made that nobody reads");
        });

    assertThat(silent.journal().text()).isEmpty();
  }

  private static List<String> lines(Timeline timeline) {
    return timeline.text().lines().toList();
  }
}
