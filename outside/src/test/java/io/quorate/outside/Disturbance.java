package io.quorate.outside;

import java.time.Duration;

/** What happens to nodes while clients use them. */
final class Disturbance {
  private static final Duration DONE_WITHIN = Duration.ofMinutes(2);

  private Disturbance() {}

  /**
   * Kills and starts each node, one after the other, and then pauses each; returns when all are
   * ready.
   */
  static void killAndPauseEach(Nodes nodes) {
    for (Node node : nodes.all()) {
      Waiting.pass(Duration.ofSeconds(2));
      node.kill();
      Waiting.pass(Duration.ofSeconds(2));
      node.start();
      Waiting.until(DONE_WITHIN, node::isReady, node::lastLines);
    }
    for (Node node : nodes.all()) {
      Waiting.pass(Duration.ofSeconds(1));
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
