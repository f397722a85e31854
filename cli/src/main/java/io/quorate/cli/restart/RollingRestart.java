package io.quorate.cli.restart;

import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.DrainLeft;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.Views;
import io.quorate.cli.doctor.RestartRules;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import io.quorate.model.DurationText;
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

  /** How often a node is drained, if each time something else goes wrong meanwhile. */
  private static final int DRAINS_MAX = 3;

  /** How often the cluster is looked at before a node is put back for what was seen. */
  private static final int LOOKS_MAX = 5;

  /** It is the last of those that are restarted, so this happens once. */
  private static final String LEADS_UNTIL_IT_ENDS =
      ", and it leads the metadata group until it ends: changes of metadata wait for a"
          + " second or a few, until another node is elected";

  private final RestartCalls calls;
  private final Roster roster;

  private final LocalCommand command;

  /** What restarts a node as it was shown at the beginning, by its id. */
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
   * @param roster the nodes as they were when the lines of the command were shown
   * @param nodes that are restarted
   * @param command what restarts a node
   * @param atMost how long each step may take
   * @param pause for which a node that is ready again has served before the next one is drained
   */
  RollingRestart(
      RestartCalls calls,
      Roster roster,
      List<NodeView> nodes,
      LocalCommand command,
      Duration atMost,
      Duration pause,
      Consumer<String> progress) {
    this.calls = calls;
    this.roster = roster;
    this.left = new CopyOnWriteArrayList<>(nodes);
    this.command = command;
    this.lines = command.lines(roster.all());
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
      restart(drainNext());
      current = null;
      if (!left.isEmpty()) {
        warmUp();
      }
    }
    Views unused = settle();
  }

  /**
   * A node that is drained and can be stopped.
   *
   * @param fromNanos when it was asked to be
   */
  private record Drained(NodeView node, long fromNanos) {}

  /**
   * Drains the node whose turn it is. That takes time, and two of these commands may drain two
   * nodes at once: so it looks again afterwards, and puts the node back if another one is not in
   * order any more.
   */
  private Drained drainNext() {
    for (int drains = 1; ; drains++) {
      Views seen = settle();
      NodeView node = next(seen);
      requireLineAsShown(node, seen);
      current = node;
      long fromNanos = calls.nanos();
      boolean drained = drain(node);
      String why = changedForLong(seen, node);
      if (why.isEmpty()) {
        progress.accept(
            drained
                ? "%s: drained after %.1f s; runs: %s"
                    .formatted(roster.label(node), secondsFrom(fromNanos), line(node))
                : "%s: not drained, as its release does not know how%s; runs: %s"
                    .formatted(
                        roster.label(node),
                        node.id().equals(leader(seen)) ? LEADS_UNTIL_IT_ENDS : "",
                        line(node)));
        return new Drained(node, fromNanos);
      }
      PutBack back = putBack(node);
      String told =
          "node %s is not restarted, as the cluster changed while it was %s: %s. %s"
              .formatted(
                  roster.label(node),
                  drained ? "drained" : "about to be stopped",
                  why,
                  back.told());
      if (!back.serves() || drains == DRAINS_MAX) {
        throw new CommandFailedException(ExitCode.UNAVAILABLE, told);
      }
      current = null;
      progress.accept(told);
    }
  }

  private NodeView next(Views seen) {
    NodeView node = roster.inOrder(left, leader(seen)).getFirst();
    ClusterStatus own = seen.own().get(node.id());
    if (own == null) {
      throw new CommandFailedException(
          ExitCode.FAILED, "node " + roster.label(node) + " is not a member any more");
    }
    return self(own);
  }

  /** What a person has agreed to is run, and nothing else. */
  private void requireLineAsShown(NodeView node, Views seen) {
    String now;
    try {
      now = command.lines(seen.first().nodes()).getOrDefault(node.id(), "");
    } catch (IllegalArgumentException unfit) {
      throw new CommandFailedException(ExitCode.FAILED, String.valueOf(unfit.getMessage()));
    }
    if (!now.equals(line(node))) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "node %s has another name or address than at the beginning, so the command would be '%s' and was shown as '%s': nothing was done to it"
              .formatted(roster.label(node), now, line(node)));
    }
  }

  /** As below; what is over within a few looks, as one question that was late, is no change. */
  private String changedForLong(Views before, NodeView drained) {
    String why = changed(before, drained);
    for (int looks = 1; !why.isEmpty() && looks < LOOKS_MAX; looks++) {
      calls.pause();
      why = changed(before, drained);
    }
    return why;
  }

  /** Returns what is not as it was before a node was drained, beside that node; empty: all is. */
  private String changed(Views before, NodeView drained) {
    try {
      return ask(
          () -> {
            Views now = calls.look();
            List<String> changes = new ArrayList<>(RestartRules.obstaclesBeside(now, drained.id()));
            now.own()
                .forEach(
                    (id, own) -> {
                      ClusterStatus then = before.own().get(id);
                      if (then != null && self(then).incarnation() != self(own).incarnation()) {
                        changes.add(
                            "node %s has started again, and may lack what others wrote"
                                .formatted(roster.label(self(own))));
                      }
                    });
            return first(changes);
          });
    } catch (QuorateException failed) {
      throw unknown("whether node %s can be stopped is not known", drained, failed);
    }
  }

  /** A node that has just started is slow, and takes processors that others may share. */
  private void warmUp() {
    if (!pause.isZero()) {
      progress.accept("waits for %s before the next node".formatted(DurationText.of(pause)));
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
          return first(RestartRules.obstacles(seen.getFirst()));
        },
        why -> "the cluster is not in order: " + why);
    return seen.getFirst();
  }

  private static String first(List<String> obstacles) {
    return String.join(" ", obstacles.subList(0, Math.min(OBSTACLES_TOLD_MAX, obstacles.size())));
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

  private void restart(Drained drained) {
    NodeView node = drained.node();
    String label = roster.label(node);
    LocalRun.End end = calls.run(line(node), atMost);
    if (!end.isDone()) {
      throw new CommandFailedException(
          ExitCode.FAILED,
          "node %s: '%s' %s. %s".formatted(label, line(node), end.told(), putBack(node).told()));
    }
    int incarnation = awaitReturn(node);
    restarted.add(
        new Restarted(
            node.id(), label, node.incarnation(), incarnation, secondsFrom(drained.fromNanos())));
    boolean unused = left.removeIf(each -> each.id().equals(node.id()));
    progress.accept(
        "%s: ready again after %.1f s".formatted(label, secondsFrom(drained.fromNanos())));
  }

  private String line(NodeView node) {
    return lines.getOrDefault(node.id(), "");
  }

  private double secondsFrom(long fromNanos) {
    return (calls.nanos() - fromNanos) / 1e9;
  }

  /**
   * Drains a node, if it can be: one of the first release is stopped as it is, and its clients
   * learn of it when it ends.
   *
   * @return whether it is drained
   */
  private boolean drain(NodeView node) {
    try {
      if (!calls.canBeDrained(node)) {
        return false;
      }
      calls.setDrained(node, true);
      await(
          ExitCode.FAILED,
          () -> String.join("; ", DrainLeft.of(calls.drainStatus(node))),
          why -> "node %s could not be drained: %s".formatted(roster.label(node), why));
      return true;
    } catch (CommandFailedException late) {
      throw new CommandFailedException(
          late.exitCode(), late.getMessage() + ". " + putBack(node).told());
    } catch (QuorateException failed) {
      throw unknown("node %s could not be drained", node, failed);
    }
  }

  /** Of a failure after which it makes no sense to ask again: the node may be drained or down. */
  private CommandFailedException unknown(String what, NodeView node, QuorateException failed) {
    return new CommandFailedException(
        FailureKind.exitCode(failed),
        "%s: %s. %s"
            .formatted(
                what.formatted(roster.label(node)), failed.getMessage(), putBack(node).told()));
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
      throw new CommandFailedException(
          late.exitCode(), late.getMessage() + ". " + putBack(before).told());
    } catch (QuorateException failed) {
      throw unknown("whether node %s is back is not known", before, failed);
    }
    return incarnation.getLast();
  }

  /**
   * What became of a node that was to serve again.
   *
   * @param serves whether it is known to
   * @param told the same in a sentence, without the full stop
   */
  private record PutBack(boolean serves, String told) {}

  /** Has the node serve again if its process was not touched. */
  private PutBack putBack(NodeView node) {
    try {
      ClusterStatus own = calls.look().own().get(node.id());
      if (own == null) {
        return new PutBack(false, "It does not answer: see whether it runs");
      }
      if (self(own).incarnation() != node.incarnation()) {
        return new PutBack(false, "It was restarted all the same");
      }
      if (calls.canBeDrained(node)) {
        calls.setDrained(node, false);
      }
      return new PutBack(true, "It runs as before, and is back in service");
    } catch (QuorateException unknown) {
      return new PutBack(
          false,
          "Whether it is drained, or down, is not known: see 'quorate cluster status', and 'quorate node resume %s'"
              .formatted(roster.label(node)));
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
