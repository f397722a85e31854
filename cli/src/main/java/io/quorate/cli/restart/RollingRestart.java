package io.quorate.cli.restart;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.DrainLeft;
import io.quorate.cli.command.Durations;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.Views;
import io.quorate.cli.doctor.RestartRules;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Restarts nodes one after another. A node is touched only while all members serve and owe each
 * other nothing, so at any time one replica of a key is away at most. It stops at the first thing
 * that does not become as it should be in time.
 */
final class RollingRestart {
  /** How often a person is told why it does not go on. */
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int OBSTACLES_TOLD_MAX = 3;

  private final RestartCalls calls;
  private final Roster roster;

  /** What restarts a node, by its id. */
  private final Map<String, String> lines;

  /** How long each step may take. */
  private final Duration atMost;

  /** Between a node and the next one. */
  private final Duration pause;

  private final Consumer<String> progress;

  /** Read by another thread when the process is ended, as are the two below. */
  private final List<Restarted> restarted = new CopyOnWriteArrayList<>();

  private final List<NodeView> left;

  /** The node that is drained or down, or about to be; null between two nodes. */
  private volatile @Nullable NodeView current;

  /**
   * @param nodes that are restarted
   * @param lines what restarts a node, by its id
   * @param atMost how long each step may take
   * @param pause for which a node that is ready again has served before the next one is drained
   */
  RollingRestart(
      RestartCalls calls,
      Roster roster,
      List<NodeView> nodes,
      Map<String, String> lines,
      Duration atMost,
      Duration pause,
      Consumer<String> progress) {
    this.calls = calls;
    this.roster = roster;
    this.left = new CopyOnWriteArrayList<>(nodes);
    this.lines = Map.copyOf(lines);
    this.atMost = atMost;
    this.pause = pause;
    this.progress = progress;
  }

  /** Those that are done, in their order. */
  List<Restarted> restarted() {
    return restarted;
  }

  /** Those that are not done, by the names that people use. */
  List<String> left() {
    return left.stream().map(roster::label).sorted().toList();
  }

  /** The name of the node that is drained or down, or about to be; empty between two nodes. */
  String current() {
    NodeView node = current;
    return node == null ? "" : roster.label(node);
  }

  /**
   * Restarts all of them.
   *
   * @throws CommandFailedException it does not go on; the message says at what
   */
  void run() {
    while (!left.isEmpty()) {
      Views seen = settle();
      NodeView node = roster.inOrder(left, leader(seen)).getFirst();
      ClusterStatus own = seen.own().get(node.id());
      if (own == null) {
        throw new CommandFailedException(
            ExitCode.FAILED, "node " + roster.label(node) + " is not a member any more");
      }
      current = node;
      restart(self(own));
      current = null;
      if (!left.isEmpty()) {
        warmUp();
      }
    }
    Views unused = settle();
  }

  /** A node that has just started is slow, and takes processors that others may share. */
  private void warmUp() {
    if (!pause.isZero()) {
      progress.accept("waits for %s before the next node".formatted(Durations.text(pause)));
    }
    long fromNanos = calls.nanos();
    while (calls.nanos() - fromNanos < pause.toNanos()) {
      calls.pause();
    }
  }

  private static String leader(Views seen) {
    return seen.own().values().stream()
        .map(each -> each.metadata().leader())
        .filter(leader -> !leader.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Returns a node as it sees itself; its address may be another than at the beginning. */
  private static NodeView self(ClusterStatus own) {
    return own.nodes().stream()
        .filter(node -> node.id().equals(own.answeredBy()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a node does not know itself"));
  }

  /** Waits until nothing speaks against stopping a node, and returns what was seen then. */
  private Views settle() {
    Map<String, Long> markers = new TreeMap<>();
    List<NodeView> holders = awaitOrder().first().nodes();
    await(
        ExitCode.UNAVAILABLE,
        () -> undelivered(holders, markers),
        why -> "nodes lack writes that others keep for them: " + why);
    return awaitOrder(); // again, as deliveries take time
  }

  private Views awaitOrder() {
    List<Views> seen = new ArrayList<>();
    await(
        ExitCode.UNAVAILABLE,
        () -> {
          seen.clear();
          seen.add(calls.look());
          List<String> obstacles = RestartRules.obstacles(seen.getFirst());
          return String.join(
              " ", obstacles.subList(0, Math.min(OBSTACLES_TOLD_MAX, obstacles.size())));
        },
        why -> "the cluster is not in order: " + why);
    return seen.getFirst();
  }

  /** Hints that were there at the first look; later ones are not waited for. */
  private String undelivered(List<NodeView> holders, Map<String, Long> markers) {
    long hints = 0;
    for (NodeView holder : holders) {
      long marker = markers.computeIfAbsent(holder.id(), id -> calls.markHints(holder));
      hints += calls.hintsBefore(holder, marker);
    }
    return hints == 0 ? "" : "%d hints are not delivered (quorate hints list)".formatted(hints);
  }

  private void restart(NodeView node) {
    String label = roster.label(node);
    long fromNanos = calls.nanos();
    drain(node);
    progress.accept(
        "%s: drained after %.1f s; runs: %s".formatted(label, secondsFrom(fromNanos), line(node)));
    LocalRun.End end = calls.run(line(node), atMost);
    if (!end.isDone()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "node %s: '%s' %s%s. %s"
              .formatted(
                  label,
                  line(node),
                  end.inTime()
                      ? "ended with exit code " + end.exitCode()
                      : "did not end in time and was stopped",
                  end.output().isEmpty() ? "" : ": " + end.output(),
                  putBack(node)));
    }
    int incarnation = awaitReturn(node);
    restarted.add(
        new Restarted(node.id(), label, node.incarnation(), incarnation, secondsFrom(fromNanos)));
    boolean unused = left.removeIf(each -> each.id().equals(node.id()));
    progress.accept("%s: ready again after %.1f s".formatted(label, secondsFrom(fromNanos)));
  }

  private String line(NodeView node) {
    return lines.getOrDefault(node.id(), "");
  }

  private double secondsFrom(long fromNanos) {
    return (calls.nanos() - fromNanos) / 1e9;
  }

  private void drain(NodeView node) {
    try {
      calls.setDrained(node, true);
      await(
          ExitCode.FAILED,
          () -> String.join("; ", DrainLeft.of(calls.drainStatus(node))),
          why -> "node %s could not be drained: %s".formatted(roster.label(node), why));
    } catch (CommandFailedException late) {
      throw new CommandFailedException(late.exitCode(), late.getMessage() + ". " + putBack(node));
    } catch (QuorateException failed) {
      throw new CommandFailedException(
          FailureKind.exitCode(failed),
          "node %s could not be drained: %s. %s"
              .formatted(roster.label(node), failed.getMessage(), putBack(node)));
    }
  }

  /** Returns how often it has started, once it serves as another process than before. */
  private int awaitReturn(NodeView before) {
    List<Integer> incarnation = new ArrayList<>();
    try {
      await(
          ExitCode.UNAVAILABLE,
          () -> {
            Views seen = calls.look();
            ClusterStatus own = seen.own().get(before.id());
            if (own == null) {
              Views.Unheard why = seen.unheard().get(before.id());
              return "it does not answer: " + (why == null ? "" : why.why());
            }
            if (self(own).incarnation() == before.incarnation()) {
              return "the cluster knows of no start of it since";
            }
            incarnation.add(self(own).incarnation());
            return own.report().waitingFor();
          },
          why -> "node %s is not back: %s".formatted(roster.label(before), why));
    } catch (CommandFailedException late) {
      throw new CommandFailedException(late.exitCode(), late.getMessage() + ". " + putBack(before));
    }
    return incarnation.getLast();
  }

  /** Has the node serve again if its process was not touched; says what became of it. */
  private String putBack(NodeView node) {
    try {
      ClusterStatus own = calls.look().own().get(node.id());
      if (own == null) {
        return "It does not answer: see whether it runs";
      }
      if (self(own).incarnation() != node.incarnation()) {
        return "It was restarted all the same";
      }
      calls.setDrained(node, false);
      return "It runs as before, and is back in service";
    } catch (QuorateException unknown) {
      return "Whether it is drained is not known: quorate node resume " + roster.label(node);
    }
  }

  /**
   * Looks until a look finds nothing to wait for.
   *
   * @param look returns what is waited for; empty if nothing is
   * @param late makes what to say of it when the time is over
   */
  private void await(int exitCode, Supplier<String> look, UnaryOperator<String> late) {
    long fromNanos = calls.nanos();
    long toldNanos = fromNanos;
    for (String why = ask(look); !why.isEmpty(); why = ask(look)) {
      long nowNanos = calls.nanos();
      if (nowNanos - fromNanos >= atMost.toNanos()) {
        throw new CommandFailedException(exitCode, late.apply(why));
      }
      if (nowNanos - toldNanos >= TELL_NANOS) {
        toldNanos = nowNanos;
        progress.accept("waits: " + late.apply(why));
      }
      calls.pause();
    }
  }

  /** What no node answers now, one may soon. */
  private static String ask(Supplier<String> look) {
    try {
      return look.get();
    } catch (QuorateException failed) {
      if (FailureKind.worthRetrying(failed)) {
        return String.valueOf(failed.getMessage());
      }
      throw failed;
    }
  }
}
