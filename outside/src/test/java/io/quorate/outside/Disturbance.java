package io.quorate.outside;

import java.time.Duration;
import java.util.List;

/** What happens to nodes while clients use them. */
final class Disturbance {
  private static final Duration DONE_WITHIN = Duration.ofMinutes(2);

  /** Whether one node of a cluster is enough: in {@code .ci/run}, which every change waits for. */
  static final boolean BRIEF = Boolean.getBoolean("quorate.brief");

  private static final Duration BETWEEN = Duration.ofSeconds(BRIEF ? 1 : 2);

  private Disturbance() {}

  /** The nodes that a test disturbs: all, or with {@code -Dquorate.brief=true} the first. */
  static List<Node> disturbed(Nodes nodes) {
    return BRIEF ? nodes.all().subList(0, 1) : nodes.all();
  }

  /**
   * Kills and starts each node, one after the other, and then pauses each; returns when all are
   * ready. With {@code -Dquorate.brief=true} only the first node.
   */
  static void killAndPauseEach(Nodes nodes) {
    killAndPause(nodes, disturbed(nodes));
  }

  /** Kills and starts each of some nodes, and then pauses each; returns when all are ready. */
  static void killAndPause(Nodes nodes, List<Node> disturbed) {
    for (Node node : disturbed) {
      Waiting.pass(BETWEEN);
      node.kill();
      Waiting.pass(BETWEEN);
      node.start();
      Waiting.until(DONE_WITHIN, node::isReady, node::lastLines);
    }
    for (Node node : disturbed) {
      Waiting.pass(BETWEEN.dividedBy(2));
      node.signal("STOP");
      Waiting.pass(Duration.ofSeconds(3));
      node.signal("CONT");
    }
    Waiting.until(
        DONE_WITHIN,
        () -> nodes.all().stream().allMatch(Node::isReady),
        () -> "not all are ready again");
  }
}
