package io.quorate.cut;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.RearmCut;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cut.WhyVoid.Lack;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Cause;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a cut from step to step, as soon as the replicas have come so far, and ends it when it
 * takes too long or is not read any more. Runs on the leader of the metadata group; remembers
 * nothing that the cluster's state does not say, but for reports, which come again: so a new leader
 * goes on where the old one was.
 */
public final class CutDriver {
  /** A step that was asked for and has not changed the state by then is asked for again. */
  private static final long STEP_NANOS = 1_000_000_000L;

  /**
   * A new leader does not give up a cut before: what nodes have of it they report several times by
   * then.
   */
  private static final long NEW_LEADER_NANOS = 2_000_000_000L;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final CutConfig config;
  private final CutRules rules;
  private final Consumer<CutEvent> events;

  /** The newest of each node about the cut that there is. */
  private final TreeMap<NodeId, Heard> heard = new TreeMap<>();

  private record Heard(CutReport report, long nanos) {}

  private @Nullable Placements placements;

  /** Null unless there is a cut that is being made. */
  private @Nullable CutReplicas replicas;

  /** Since when this node, as the leader, knows of the cut, and of its step. */
  private long cutSinceNanos;

  private long stepSinceNanos;

  /** Since when there are enough images of everything. */
  private @Nullable Long enoughSinceNanos;

  /** No step is asked for before. */
  private long notBeforeNanos;

  public CutDriver(CutConfig config, Consumer<CutEvent> events) {
    this(config, new CutRules(), events);
  }

  CutDriver(CutConfig config, CutRules rules, Consumer<CutEvent> events) {
    this.config = config;
    this.rules = rules;
    this.events = events;
  }

  public CutConfig config() {
    return config;
  }

  /** This node leads from now on. What it knows is from an earlier time that it did. */
  public void begin() {
    placements = null; // with the next, all that was heard is forgotten, too
  }

  public void onReport(NodeId from, CutReport report, long nowNanos) {
    // Of members only, so that there are never many.
    if (placements != null
        && report.cut() == placements.cut().id()
        && placements.nodes().containsKey(from)) {
      heard.put(from, new Heard(report, nowNanos));
    }
  }

  /**
   * What to change now.
   *
   * @param down nodes that are marked down: nothing waits for them
   * @param silent nodes that were not heard for as long as a cut is tried
   * @param hlc the clock, which the time of a cut is compared with
   */
  public List<Command> tick(
      Placements now, Set<NodeId> down, Set<NodeId> silent, long nowNanos, long hlc) {
    follow(now, nowNanos);
    Cut cut = now.cut();
    List<Command> due =
        switch (cut.step()) {
          case ARMED -> whileArmed(cut, down, silent, nowNanos, hlc);
          case CLOSED -> whileClosed(cut, down, nowNanos, hlc);
          case SEALED -> whileSealed(cut, nowNanos);
          case ENDED -> List.of();
        };
    if (due.isEmpty() || nowNanos - notBeforeNanos < 0) {
      return List.of();
    }
    notBeforeNanos = nowNanos + STEP_NANOS;
    return due;
  }

  private void follow(Placements next, long nowNanos) {
    Placements known = placements;
    if (known != null && known.stateVersion() == next.stateVersion()) {
      return;
    }
    placements = next;
    Cut cut = next.cut();
    Cut before = known == null ? Cut.NONE : known.cut();
    replicas = cut.isPending() ? new CutReplicas(next) : null;
    if (cut.id() != before.id()) {
      heard.clear();
      cutSinceNanos = nowNanos;
      if (cut.isPending()) {
        events.accept(CutEvent.TAKEN_UP);
      }
    } else if (!isAtSameStep(cut, before)) {
      events.accept(
          switch (cut.step()) {
            case ARMED -> CutEvent.ARMED_AGAIN;
            case CLOSED -> CutEvent.CLOSED;
            case SEALED -> CutEvent.SEALED;
            case ENDED -> cut.reason().isEmpty() ? CutEvent.ENDED : CutEvent.VOID;
          });
    }
    if (cut.id() != before.id() || !isAtSameStep(cut, before)) {
      stepSinceNanos = nowNanos;
      notBeforeNanos = nowNanos;
      enoughSinceNanos = null;
    }
  }

  private static boolean isAtSameStep(Cut cut, Cut before) {
    return cut.step() == before.step() && cut.time() == before.time();
  }

  private List<Command> whileArmed(
      Cut cut, Set<NodeId> down, Set<NodeId> silent, long nowNanos, long hlc) {
    SortedSet<NodeId> awaited = replicas().nodesWithout(down);
    SortedMap<NodeId, CutReport> inTime = inTime(cut);
    SortedSet<NodeId> ready = new TreeSet<>();
    inTime.forEach(
        (node, report) -> {
          if (replicas().isAllOf(node, report.armed())) {
            ready.add(node);
          }
        });
    SortedSet<NodeId> late = late(cut, awaited);
    if (isOverdue(cut, nowNanos, hlc)) {
      return givenUp(cut, awaited, ready, late, silent);
    }
    if (!late.isEmpty()) {
      return List.of(new RearmCut(cut.id(), laterThan(hlc, late)));
    }
    boolean due = rules.isPast(hlc, cut) && rules.isEveryoneReady(awaited, ready);
    return due && lack(inTime, CutReport::armed) == null
        ? List.of(new CloseCut(cut.id()))
        : List.of();
  }

  /**
   * Those whose clocks were past its time. Others are not waited for: their images do not count.
   */
  private SortedSet<NodeId> late(Cut cut, SortedSet<NodeId> awaited) {
    SortedSet<NodeId> late = new TreeSet<>();
    heard.forEach(
        (node, each) -> {
          if (awaited.contains(node)
              && rules.isOf(each.report(), cut)
              && !rules.isInTime(each.report(), cut)) {
            late.add(node);
          }
        });
    return late;
  }

  private long laterThan(long hlc, SortedSet<NodeId> late) {
    long latest = hlc;
    for (NodeId node : late) {
      Heard each = heard.get(node);
      latest = each == null ? latest : Hlc.later(latest, each.report().latestTime());
    }
    return Hlc.of(Hlc.millis(latest) + config.leadMillis(), 0);
  }

  /** Nodes that are silent are marked down, so that the next cut does not wait for them. */
  private List<Command> givenUp(
      Cut cut,
      SortedSet<NodeId> awaited,
      SortedSet<NodeId> ready,
      SortedSet<NodeId> late,
      Set<NodeId> silent) {
    SortedSet<NodeId> missing = new TreeSet<>(awaited);
    missing.removeAll(ready);
    missing.removeAll(late);
    SortedSet<NodeId> away = new TreeSet<>(missing);
    away.retainAll(silent);
    List<Command> commands = new ArrayList<>();
    commands.add(new EndCut(cut.id(), whyNotClosed(cut, away, missing, late)));
    away.forEach(node -> commands.add(new MarkDown(node, true)));
    return commands;
  }

  private String whyNotClosed(
      Cut cut, SortedSet<NodeId> away, SortedSet<NodeId> missing, SortedSet<NodeId> late) {
    long seconds = config.patienceNanos() / NANOS_PER_SECOND;
    if (!away.isEmpty()) {
      return WhyVoid.away(away, seconds);
    }
    if (!missing.isEmpty()) {
      return WhyVoid.notReady(missing, seconds);
    }
    if (!late.isEmpty()) {
      return WhyVoid.late(late);
    }
    Lack lack = lack(inTime(cut), CutReport::armed);
    return lack == null
        ? WhyVoid.notPast(cut, seconds)
        : WhyVoid.lacks(lack, "keep", voids(lack, inTime(cut)));
  }

  private List<Command> whileClosed(Cut cut, Set<NodeId> down, long nowNanos, long hlc) {
    SortedMap<NodeId, CutReport> inTime = inTime(cut);
    Lack lack = lack(inTime, CutReport::closed);
    if (lack != null) {
      enoughSinceNanos = null;
      return whileLacking(cut, lack, inTime, down, isOverdue(cut, nowNanos, hlc));
    }
    long since = enoughSinceNanos == null ? nowNanos : enoughSinceNanos;
    enoughSinceNanos = since;
    boolean all =
        replicas().nodesWithout(down).stream()
            .allMatch(node -> hasClosedAll(node, inTime.get(node)));
    if (!all && nowNanos - since < config.sealWaitNanos()) {
      return List.of();
    }
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    for (int partition = 0; partition < replicas().partitions(); partition++) {
      counted.add(holding(partition, inTime, CutReport::closed));
    }
    return List.of(new SealCut(cut.id(), counted));
  }

  /** Of a cut of the past it is known at once that a replica has no image, and will have none. */
  private List<Command> whileLacking(
      Cut cut,
      Lack lack,
      SortedMap<NodeId, CutReport> reports,
      Set<NodeId> down,
      boolean isOverdue) {
    boolean allSaid =
        cut.past()
            && lack.replicas().stream()
                .filter(node -> !down.contains(node))
                .allMatch(node -> hasSaid(reports.get(node), lack.partition()));
    if (allSaid && isTooEarly(cut, since(lack, reports))) {
      return List.of(
          new EndCut(
              cut.id(), Cause.BEFORE_HISTORY, WhyVoid.tooEarly(lack, cut, since(lack, reports))));
    }
    SortedMap<NodeId, String> voids = voids(lack, reports);
    return isOverdue || ((!cut.past() || allSaid) && isInVain(lack, voids.keySet()))
        ? List.of(new EndCut(cut.id(), WhyVoid.lacks(lack, "closed", voids)))
        : List.of();
  }

  /** Whether enough replicas begin to keep what is replaced after the moment of the cut. */
  private static boolean isTooEarly(Cut cut, long since) {
    return since == 0 || Long.compareUnsigned(since, cut.time()) > 0;
  }

  /** Which replicas of a partition have said that their image does not count, and why not. */
  private static SortedMap<NodeId, String> voids(Lack lack, SortedMap<NodeId, CutReport> reports) {
    SortedMap<NodeId, String> voids = new TreeMap<>();
    for (NodeId node : lack.replicas()) {
      CutReport report = reports.get(node);
      if (report != null && report.voids().get(lack.partition())) {
        voids.put(node, report.whyVoid());
      }
    }
    return voids;
  }

  /** Whether the others are not enough, whatever they do. */
  private boolean isInVain(Lack lack, Set<NodeId> voids) {
    SortedSet<NodeId> others = new TreeSet<>(lack.replicas());
    others.removeAll(voids);
    return !replicas().of(lack.partition()).quorums().stream()
        .allMatch(quorum -> rules.isEnough(quorum, others));
  }

  private static boolean hasSaid(@Nullable CutReport report, int partition) {
    return report != null && report.armed().get(partition);
  }

  /** From when on enough replicas of a partition keep what is replaced, or a little later. */
  private long since(Lack lack, SortedMap<NodeId, CutReport> reports) {
    SortedSet<NodeId> keeping = new TreeSet<>();
    List<Map.Entry<NodeId, CutReport>> byTime =
        reports.entrySet().stream()
            .filter(each -> lack.replicas().contains(each.getKey()))
            .sorted(
                (one, other) ->
                    Long.compareUnsigned(one.getValue().since(), other.getValue().since()))
            .toList();
    for (Map.Entry<NodeId, CutReport> each : byTime) {
      keeping.add(each.getKey());
      if (replicas().of(lack.partition()).quorums().stream()
          .allMatch(quorum -> rules.isEnough(quorum, keeping))) {
        return each.getValue().since();
      }
    }
    return 0;
  }

  private boolean hasClosedAll(NodeId node, @Nullable CutReport report) {
    return report != null && replicas().isAllOf(node, report.closed());
  }

  private List<Command> whileSealed(Cut cut, long nowNanos) {
    boolean idle = isIdleFor(0, nowNanos - stepSinceNanos);
    for (Heard each : heard.values()) {
      idle &= isIdleFor(each.report().idleMillis(), nowNanos - each.nanos());
    }
    return idle ? List.of(new EndCut(cut.id(), "")) : List.of();
  }

  /** A node that tells nothing any more has not been read for as long, or cannot say so. */
  private boolean isIdleFor(long saidMillis, long agoNanos) {
    return saidMillis >= config.idleMillis() - agoNanos / NANOS_PER_MILLI;
  }

  /**
   * Whether it has been tried for long enough, be it by leaders before this one: by its time, which
   * lies just ahead of its beginning. One of the past says nothing of when it was begun, and each
   * leader tries it afresh.
   */
  private boolean isOverdue(Cut cut, long nowNanos, long hlc) {
    long knownNanos = nowNanos - cutSinceNanos;
    long beyondMillis = Hlc.millis(hlc) - Hlc.millis(cut.time());
    boolean isOld = !cut.past() && beyondMillis > config.patienceNanos() / NANOS_PER_MILLI;
    return knownNanos > config.patienceNanos() || (isOld && knownNanos > NEW_LEADER_NANOS);
  }

  /** What counts of what nodes say of the cut. */
  private SortedMap<NodeId, CutReport> inTime(Cut cut) {
    SortedMap<NodeId, CutReport> reports = new TreeMap<>();
    heard.forEach(
        (node, each) -> {
          if (rules.isOf(each.report(), cut) && rules.isInTime(each.report(), cut)) {
            reports.put(node, each.report());
          }
        });
    return reports;
  }

  /** The first partition of which too few replicas say that they have come so far. */
  private @Nullable Lack lack(
      SortedMap<NodeId, CutReport> reports, Function<CutReport, BitSet> said) {
    for (int partition = 0; partition < replicas().partitions(); partition++) {
      SortedSet<NodeId> holding = holding(partition, reports, said);
      CutReplicas.Of of = replicas().of(partition);
      for (Quorum quorum : of.quorums()) {
        if (!rules.isEnough(quorum, holding)) {
          return new Lack(partition, holding.size(), of.replicas());
        }
      }
    }
    return null;
  }

  private SortedSet<NodeId> holding(
      int partition, SortedMap<NodeId, CutReport> reports, Function<CutReport, BitSet> said) {
    SortedSet<NodeId> holding = new TreeSet<>();
    for (NodeId node : replicas().of(partition).replicas()) {
      CutReport report = reports.get(node);
      if (report != null && said.apply(report).get(partition)) {
        holding.add(node);
      }
    }
    return holding;
  }

  private CutReplicas replicas() {
    return Invariant.present(replicas, "a cut that is being made has replicas");
  }
}
