package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.cut.CutDriver;
import io.quorate.cut.CutReport;
import io.quorate.cut.CutReportCodec;
import io.quorate.model.NodeId;
import io.quorate.placement.Cut;
import io.quorate.placement.Cut.Step;
import io.quorate.placement.Placements;
import io.quorate.replication.replica.CutStanding;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.version.HybridClock;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A node's part in cuts: tells the metadata leader how far its replica is, and takes the cut from
 * step to step while it leads itself. At rest while there is none.
 */
final class CutPart {
  /** What a node's part in cuts needs of the metadata group. */
  interface Group {
    /** Whether this node leads it. */
    boolean leads();

    /** Tells the leader; lost if there is none. */
    void report(byte[] content);

    /** Whatever becomes of it shows in the state; what did not change is asked for again. */
    void propose(Command command, long deadlineNanos);
  }

  private static final long STEP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LaneTime time;
  private final HybridClock hybridClock;
  private final ToLongFunction<NodeId> silentMillis;
  private final Supplier<CutStanding> standing;
  private final Group group;
  private final CutDriver driver;
  private ClusterState state;
  private Placements placements;
  private Lane.@Nullable Timer timer;
  private boolean leads;
  private boolean stopped;

  /** The cut that this node was asked to keep last, and when; 0 if it never was. */
  private long keptCut;

  private long keptNanos;

  /**
   * @param silentMillis for how long a node was not heard; negative if it never was
   * @param standing how far the own replica is
   */
  CutPart(
      LaneTime time,
      HybridClock hybridClock,
      ToLongFunction<NodeId> silentMillis,
      Supplier<CutStanding> standing,
      Group group,
      CutDriver driver,
      ClusterState state,
      Placements placements) {
    this.time = time;
    this.hybridClock = hybridClock;
    this.silentMillis = silentMillis;
    this.standing = standing;
    this.group = group;
    this.driver = driver;
    this.state = state;
    this.placements = placements;
  }

  void start() {
    cancel();
    tickLater();
  }

  void stop() {
    stopped = true;
    cancel();
  }

  void stateChanged(ClusterState next, Placements nextPlacements) {
    Cut before = placements.cut();
    state = next;
    placements = nextPlacements;
    if (!placements.cut().equals(before) && !stopped) {
      cancel();
      if (!placements.cut().isPending()) {
        drive(); // which has nothing to do, and takes note: some backups are read before it ticks
      }
      tickLater();
    }
  }

  void onReport(NodeId from, byte[] report) {
    if (leads) {
      driver.onReport(from, CutReportCodec.decode(report), time.clock().nanos());
    }
  }

  /** A command goes on with a cut; one that has ended does not take the place of the next. */
  void keep(long cut) {
    if (Long.compareUnsigned(cut, placements.cut().id()) < 0) {
      return;
    }
    keptCut = cut;
    keptNanos = time.clock().nanos();
  }

  /**
   * For how many milliseconds this node has heard of no command that reads the newest cut; negative
   * if it never has.
   */
  long unheardMillis() {
    Cut cut = placements.cut();
    CutStanding own = standing.get();
    boolean hasImages =
        own.cut() == cut.id() && own.time() == cut.time() && !own.closed().isEmpty();
    if (!hasImages) {
      return isKept(cut) ? TimeUnit.NANOSECONDS.toMillis(sinceKept()) : -1;
    }
    return unheardMillis(cut, own);
  }

  private boolean isKept(Cut cut) {
    return keptCut == cut.id() && cut.id() != 0;
  }

  private long sinceKept() {
    return Math.max(0, time.clock().nanos() - keptNanos);
  }

  private long unheardMillis(Cut cut, CutStanding own) {
    long nanos = Math.max(0, time.clock().nanos() - own.lastReadNanos());
    return TimeUnit.NANOSECONDS.toMillis(isKept(cut) ? Math.min(nanos, sinceKept()) : nanos);
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Not at all once it has ended. */
  private void tickLater() {
    Step step = placements.cut().step();
    if (step != Step.ENDED && !stopped) {
      timer =
          time.lane()
              .schedule(
                  step == Step.SEALED
                      ? driver.config().sealedReportNanos()
                      : driver.config().reportNanos(),
                  this::tick);
    }
  }

  private void tick() {
    timer = null;
    if (stopped) {
      return;
    }
    drive();
    group.report(CutReportCodec.encode(report()));
    tickLater();
  }

  private CutReport report() {
    Cut cut = placements.cut();
    CutStanding own = standing.get();
    if (own.cut() != cut.id() || own.time() != cut.time()) {
      return CutReport.ofNothing(cut.id(), cut.time());
    }
    return new CutReport(
        cut.id(),
        cut.time(),
        own.armed(),
        own.closed(),
        own.latestTime(),
        own.since(),
        unheardMillis(cut, own),
        own.voids(),
        own.whyVoid());
  }

  private void drive() {
    boolean led = leads;
    leads = group.leads();
    if (!leads) {
      return;
    }
    if (!led) {
      driver.begin();
    }
    long now = time.clock().nanos();
    long hlc = hybridClock.read(time.clock().wallMillis());
    for (Command command : driver.tick(placements, down(), silent(), now, hlc)) {
      group.propose(command, now + STEP_TIMEOUT_NANOS);
    }
  }

  private Set<NodeId> down() {
    Set<NodeId> down = new TreeSet<>();
    for (Member member : state.members().values()) {
      if (member.down()) {
        down.add(member.id());
      }
    }
    return down;
  }

  private Set<NodeId> silent() {
    long millis = TimeUnit.NANOSECONDS.toMillis(driver.config().patienceNanos());
    Set<NodeId> silent = new TreeSet<>();
    for (NodeId node : state.members().keySet()) {
      long since = silentMillis.applyAsLong(node);
      if (since < 0 || since >= millis) {
        silent.add(node);
      }
    }
    return silent;
  }
}
