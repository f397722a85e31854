package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Clusters;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.CloseCut;
import io.quorate.cluster.Command.EndCut;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.SealCut;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cut.CutConfig;
import io.quorate.cut.CutDriver;
import io.quorate.cut.CutEvent;
import io.quorate.cut.CutReport;
import io.quorate.cut.CutReportCodec;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.replication.replica.CutStanding;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** When a node reports, when it drives, and that it is at rest without a cut. */
class CutPartTest {
  private static final NodeId SELF = new NodeId(1);
  private static final long MILLI = 1_000_000L;
  private static final long TIME = Hlc.of(1_000, 0);

  private final Played lane = new Played();
  private final List<CutEvent> events = new ArrayList<>();
  private final List<CutReport> reports = new ArrayList<>();
  private final List<Command> proposed = new ArrayList<>();
  private boolean leads;
  private long silentMillis;
  private CutStanding standing = new CutStanding(0, 0, new BitSet(), new BitSet(), 0, 0, 0);
  private ClusterState state = Clusters.ofNodes(3);
  private final CutPart part =
      new CutPart(
          new LaneTime(lane, lane),
          new HybridClock(500),
          node -> node.equals(SELF) ? 0 : silentMillis,
          () -> standing,
          new Group(),
          new CutDriver(CutConfig.DEFAULT, events::add),
          state,
          state.placements());

  private final class Group implements CutPart.Group {
    @Override
    public boolean leads() {
      return leads;
    }

    @Override
    public void report(byte[] content) {
      reports.add(CutReportCodec.decode(content));
      part.onReport(SELF, content);
    }

    @Override
    public void propose(Command command, long deadlineNanos) {
      proposed.add(command);
    }
  }

  /** A lane with its clock, on which tasks run as time goes by. */
  private static final class Played implements Lane, Clock {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nanos;

    private record Task(long atNanos, Runnable work) implements Comparable<Task> {
      @Override
      public int compareTo(Task that) {
        return Long.compare(atNanos, that.atNanos);
      }
    }

    @Override
    public void execute(Runnable task) {
      Timer unused = schedule(0, task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      Task scheduled = new Task(nanos + delayNanos, task);
      tasks.add(scheduled);
      return () -> tasks.remove(scheduled);
    }

    @Override
    public boolean isCurrent() {
      return true;
    }

    void pass(long millis) {
      long until = nanos + millis * MILLI;
      for (Task next = tasks.peek(); next != null && next.atNanos() <= until; next = tasks.peek()) {
        tasks.remove();
        nanos = next.atNanos();
        next.work().run();
      }
      nanos = until;
    }

    @Override
    public long wallMillis() {
      return nanos / MILLI;
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }

  private long id() {
    return state.cut().id();
  }

  private void accept(Command command) {
    state = ((Accepted) state.apply(command, state.stateVersion() + 1)).next();
    part.stateChanged(state, state.placements());
  }

  private void arm() {
    part.start();
    accept(new BeginCut(new TreeSet<>(List.of("default")), TIME));
  }

  private BitSet all() {
    BitSet all = new BitSet();
    all.set(0, state.partitions().size());
    return all;
  }

  private void others(BitSet closed) {
    for (int node = 2; node <= 3; node++) {
      CutReport report = new CutReport(id(), TIME, all(), closed, 0, 0, 0);
      part.onReport(new NodeId(node), CutReportCodec.encode(report));
    }
  }

  private SealCut sealed() {
    List<SortedSet<NodeId>> counted = new ArrayList<>();
    for (PartitionPlacement each : state.partitions()) {
      counted.add(new TreeSet<>(each.preferenceList()));
    }
    return new SealCut(id(), counted);
  }

  /** Else simulated runs without a cut would not be what they were. */
  @Test
  void withoutACutNothingIsEverToBeDone() {
    leads = true;
    part.start();
    assertThat(lane.tasks).isEmpty();
    accept(new MarkDown(new NodeId(3), true));
    assertThat(lane.tasks).isEmpty();

    accept(new BeginCut(new TreeSet<>(List.of("default")), TIME));
    lane.pass(250);
    accept(new EndCut(id(), "why"));
    assertThat(lane.tasks).isEmpty();
    assertThat(events).containsExactly(CutEvent.TAKEN_UP, CutEvent.VOID);
    accept(new MarkDown(new NodeId(3), false));
    assertThat(lane.tasks).isEmpty();
  }

  /** A small backup is read before the driver looks again. */
  @Test
  void aCutThatIsReadAtOnceIsNotVoid() {
    leads = true;
    arm();
    lane.pass(150);
    accept(new CloseCut(id()));
    lane.pass(150);
    accept(sealed());
    accept(new EndCut(id(), ""));
    assertThat(events)
        .containsExactly(CutEvent.TAKEN_UP, CutEvent.CLOSED, CutEvent.SEALED, CutEvent.ENDED);
  }

  @Test
  void aNodeThatStartsWhileACutIsMadeTakesPart() {
    accept(new BeginCut(new TreeSet<>(List.of("default")), TIME));
    part.start();
    lane.pass(100);
    assertThat(reports).hasSize(1);
    part.stop();
    lane.pass(1_000);
    assertThat(reports).hasSize(1);
    accept(new CloseCut(id()));
    assertThat(lane.tasks).isEmpty();
  }

  @Test
  void itSaysWhatItsReplicaSaysOfThisCut() {
    arm();
    lane.pass(199);
    assertThat(reports).containsExactly(CutReport.ofNothing(id(), TIME));

    standing = new CutStanding(id(), TIME, all(), new BitSet(), 7, 0, 150 * MILLI);
    lane.pass(1);
    assertThat(reports.getLast())
        .isEqualTo(new CutReport(id(), TIME, all(), new BitSet(), 7, 0, 50));
    standing = new CutStanding(id(), TIME + 1, all(), all(), 7, 0, 0);
    lane.pass(100);
    assertThat(reports.getLast()).as("of another time").isEqualTo(CutReport.ofNothing(id(), TIME));
    standing = new CutStanding(id() - 1, TIME, all(), all(), 7, 0, 0);
    lane.pass(100);
    assertThat(reports.getLast()).as("of another cut").isEqualTo(CutReport.ofNothing(id(), TIME));
    assertThat(reports).hasSize(4);
    assertThat(proposed).as("it does not lead").isEmpty();
  }

  /** A command that writes to slow storage reads nothing for a while, and is there. */
  @Test
  void whatIsKeptIsAsIfItWereRead() {
    arm();
    assertThat(part.unheardMillis()).as("it has no images").isNegative();
    standing = new CutStanding(id(), TIME, all(), all(), 7, 0, 0);
    lane.pass(100);
    assertThat(part.unheardMillis()).isEqualTo(100);
    part.keep(id() + 1);
    assertThat(part.unheardMillis()).as("another one was kept").isEqualTo(100);
    part.keep(id());
    lane.pass(70);
    assertThat(part.unheardMillis()).isEqualTo(70);
    lane.pass(30);
    assertThat(reports.getLast().idleMillis()).isEqualTo(100);
    standing = new CutStanding(id(), TIME, all(), all(), 7, 0, 200 * MILLI);
    assertThat(part.unheardMillis()).as("it was read meanwhile").isZero();
    standing = new CutStanding(0, 0, new BitSet(), new BitSet(), 0, 0, 0);
    assertThat(part.unheardMillis()).as("its images are gone").isEqualTo(100);
  }

  /** A command of an earlier cut may still ask for pages of it. */
  @Test
  void whatIsSaidOfAnEarlierCutTakesNothingFromThisOne() {
    arm();
    standing = new CutStanding(id(), TIME, all(), all(), 7, 0, 0);
    lane.pass(100);
    part.keep(id());
    part.keep(id() - 1);
    lane.pass(30);
    assertThat(part.unheardMillis()).isEqualTo(30);
  }

  @Test
  void whileItLeadsItTakesTheCutFromStepToStep() {
    leads = true;
    arm();
    standing = new CutStanding(id(), TIME, all(), new BitSet(), 7, 0, 0);
    lane.pass(100);
    others(new BitSet());
    lane.pass(900);
    assertThat(proposed).as("its time has not passed").isEmpty();
    lane.pass(100);
    assertThat(proposed).containsExactly(new CloseCut(id()));

    accept(new CloseCut(id()));
    standing = new CutStanding(id(), TIME, all(), all(), 7, 0, 0);
    others(all());
    lane.pass(200);
    assertThat(proposed).containsExactly(new CloseCut(id()), sealed());

    accept(sealed());
    reports.clear();
    lane.pass(1_999);
    assertThat(reports).isEmpty();
    lane.pass(1);
    assertThat(reports).hasSize(1);
    lane.pass(4_000);
    assertThat(reports).hasSize(3);
    assertThat(proposed).hasSize(2);
  }

  @Test
  void nodesThatWereNotHeardForAsLongAreMarkedDown() {
    leads = true;
    arm();
    silentMillis = 9_999;
    lane.pass(10_300);
    assertThat(proposed).hasSize(1).first().isInstanceOf(EndCut.class);
    silentMillis = 10_000;
    lane.pass(1_000);
    assertThat(proposed)
        .endsWith(new MarkDown(new NodeId(2), true), new MarkDown(new NodeId(3), true));
    silentMillis = -1;
    proposed.clear();
    lane.pass(1_000);
    assertThat(proposed).hasSize(3);
  }

  @Test
  void nodesThatAreMarkedDownAreNotWaitedFor() {
    leads = true;
    arm();
    accept(new MarkDown(new NodeId(3), true));
    standing = new CutStanding(id(), TIME, all(), new BitSet(), 7, 0, 0);
    lane.pass(100);
    CutReport report = new CutReport(id(), TIME, all(), new BitSet(), 0, 0, 0);
    part.onReport(new NodeId(2), CutReportCodec.encode(report));
    lane.pass(1_000);
    assertThat(proposed).containsExactly(new CloseCut(id()));
  }

  /** Else a leader would count what it heard when it led before. */
  @Test
  void whatItHeardBeforeItLeadsAgainIsForgotten() {
    leads = true;
    arm();
    standing = new CutStanding(id(), TIME, all(), new BitSet(), 7, 0, 0);
    lane.pass(100);
    others(new BitSet());
    leads = false;
    lane.pass(1_000);
    leads = true;
    lane.pass(1_000);
    assertThat(proposed).isEmpty();
    others(new BitSet());
    lane.pass(100);
    assertThat(proposed).hasSize(1);
  }

  @Test
  void whatIsNoReportIsRefused() {
    leads = true;
    arm();
    lane.pass(100);
    assertThatThrownBy(() -> part.onReport(new NodeId(2), new byte[] {4, 1}))
        .isInstanceOf(MalformedBytesException.class);
  }
}
