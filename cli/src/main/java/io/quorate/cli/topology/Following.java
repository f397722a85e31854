package io.quorate.cli.topology;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Bytes;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.Farewell;
import io.quorate.cli.output.Output;
import io.quorate.cli.output.ProgressLine;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.TopologyChangeResult;
import io.quorate.client.admin.TopologyChangeStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches a change until it is done. The change does not depend on that: to stop watching does not
 * stop the change.
 */
final class Following {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** A node that does not answer for a while is told of, once. */
  private static final Duration LONG = Duration.ofSeconds(10);

  private static final String NO_LONGER_WATCHED =
      "no longer watched; the change goes on: see 'quorate cluster status', and 'quorate cluster"
          + " cancel' to call it off";

  private final Cluster cluster;
  private final Console console;
  private final Output output;
  private final Set<String> told = new HashSet<>();

  /** Of the change that is watched. */
  private long changeId;

  private NodeText nodes = NodeText.ofNone();

  private long heardNanos = System.nanoTime();

  Following(Cluster cluster, Console console, Output output) {
    this.cluster = cluster;
    this.console = console;
    this.output = output;
  }

  /**
   * Returns how it stands in the end; as it began, if it was done at once.
   *
   * @param accepted what is watched
   */
  TopologyChangeStatus follow(TopologyChangeResult accepted) {
    TopologyChangeStatus begun = accepted.status();
    changeId = accepted.changeId();
    TopologyChangeStatus last = begun;
    Farewell farewell = new Farewell(console, () -> NO_LONGER_WATCHED);
    try (ProgressLine bar =
        new ProgressLine(
            console,
            !output.json(),
            "moving",
            ProgressLine.Unit.PARTITIONS,
            Math.max(1, begun.planned()))) {
      while (last.underWay() || last.stateVersion() < begun.stateVersion()) {
        show(bar, last);
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
        TopologyChangeStatus now = lookAgain(last);
        // A node that is behind knows nothing of it yet.
        last = now.stateVersion() < last.stateVersion() ? last : now;
      }
      show(bar, last);
    } finally {
      farewell.takeBack();
    }
    return last;
  }

  /** As it was when the cluster does not answer, for as long as that may come to an end. */
  private TopologyChangeStatus lookAgain(TopologyChangeStatus last) {
    try {
      TopologyChangeStatus now = look();
      heardNanos = System.nanoTime();
      return now;
    } catch (QuorateException notHeard) {
      if (System.nanoTime() - heardNanos < PATIENCE_NANOS) {
        return last;
      }
      throw new CommandFailedException(
          FailureKind.exitCode(notHeard),
          "the change can be watched no longer, and goes on: " + notHeard.getMessage());
    }
  }

  /** As the leader of the metadata group sees it, for it knows most. */
  private TopologyChangeStatus look() {
    ClusterStatus view = cluster.status();
    nodes = NodeText.of(view);
    for (NodeView node : view.nodes()) {
      if (node.id().equals(view.metadata().leader()) && !node.id().equals(view.answeredBy())) {
        try {
          return cluster.statusOf(node.address()).topologyChange();
        } catch (QuorateException notHeard) {
          return view.topologyChange(); // which has less to tell, and is as true
        }
      }
    }
    return view.topologyChange();
  }

  private void show(ProgressLine bar, TopologyChangeStatus change) {
    bar.max(Math.max(1, change.planned()));
    bar.at(change.done(), message(change));
    if (change.changeId() > changeId && told.add("change " + change.changeId())) {
      output.note(
          "change %d was accepted meanwhile: see 'quorate cluster status'"
              .formatted(change.changeId()));
    }
    if (change.paused() && told.add("paused")) {
      output.note("paused: no further partition sets out, see 'quorate cluster resume'");
    }
    for (TopologyChangeStatus.Awaited awaited : change.awaited()) {
      if (awaited.since().compareTo(LONG) > 0 && told.add(awaited.task() + " " + awaited.node())) {
        output.note(
            "%s for node %s %s"
                .formatted(
                    ChangeForms.whatWaits(awaited),
                    nodes.of(awaited.node()),
                    ChangeForms.task(awaited.task())));
      }
    }
  }

  private static String message(TopologyChangeStatus change) {
    if (change.beingPlanned()) {
      return "being planned";
    }
    Duration left = change.timeLeft();
    return "%d moving, %d cleaning, %s/s%s"
        .formatted(
            change.moving(),
            change.cleaning(),
            Bytes.text(change.copied().bytesPerSecond()),
            left == null ? "" : ", " + ChangeForms.text(left) + " left");
  }
}
