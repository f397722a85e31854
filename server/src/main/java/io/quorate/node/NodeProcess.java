package io.quorate.node;

import ch.qos.logback.classic.Level;
import io.quorate.node.config.LogLevel;
import io.quorate.node.config.NodeConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that is one node: from its start to the exit code. */
public final class NodeProcess {
  private static final Logger log = LoggerFactory.getLogger("io.quorate.node");

  private NodeProcess() {}

  /**
   * Runs a node until it ends. On SIGTERM or Ctrl-C it stops in order, and the process exits with
   * 0.
   *
   * @return the exit code: 0 if it was stopped, 2 if its configuration does not fit its cluster, 4
   *     if it failed otherwise
   * @throws NodeStartException if it cannot start; the message is for people
   */
  public static int run(NodeConfig config) throws NodeStartException {
    setLogLevel(config.log().level());
    QuorateNode node = QuorateNode.start(config);
    Thread onSignal =
        new Thread(
            () -> {
              log.info("asked to stop");
              node.stop();
              // The signal would give 128 and its number; an orderly stop is no failure.
              Runtime.getRuntime().halt(0);
            },
            "node-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    NodeEnd end = node.ended().join();
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException signalled) {
      return end.exitCode(); // the hook is running, and ends the process
    }
    return end.exitCode();
  }

  /** How much nodes of this process log. */
  public static void setLogLevel(LogLevel level) {
    if (LoggerFactory.getLogger("io.quorate") instanceof ch.qos.logback.classic.Logger ours) {
      ours.setLevel(Level.toLevel(level.name()));
    }
  }
}
