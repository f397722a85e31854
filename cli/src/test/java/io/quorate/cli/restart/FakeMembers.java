package io.quorate.cli.restart;

import io.quorate.cli.command.Views;
import io.quorate.client.FailureInfo;
import io.quorate.client.QuorateException;
import io.quorate.client.UnavailableException;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.ClusterStatus.Disk;
import io.quorate.client.admin.ClusterStatus.Membership;
import io.quorate.client.admin.ClusterStatus.State;
import io.quorate.client.admin.DrainStatus;
import io.quorate.client.admin.MetadataView;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.SelfReport;
import io.quorate.client.admin.TopologyChangeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Three members whose time goes on while the restart waits. What is asked of them is written down,
 * each with the second in which it was. A member that is stopped while something is not in order is
 * written down, too.
 */
final class FakeMembers implements RestartCalls {
  static final String A = "aaaaaaaaaaaaaaaa";
  static final String B = "bbbbbbbbbbbbbbbb";
  static final String C = "cccccccccccccccc";

  /** What a member is, which tests change. */
  static final class Fake {
    final String id;
    String name;
    int incarnation = 1;
    boolean up = true;
    boolean drained;

    /** Whether it is of the first release, which does not know how to be drained. */
    boolean isOfFirstRelease;

    int requests;
    String waitingFor = "";
    String stuck = "";
    Disk disk = Disk.WRITABLE;
    boolean clockSkewed;
    int damaged;
    int filling;
    int repairs;
    int degraded;
    boolean suspected;

    /** Hints that it keeps, of which {@link #later} came after the marker. */
    long hints;

    long later;

    private Fake(String id, String name) {
      this.id = id;
      this.name = name;
    }

    private boolean isInOrder() {
      return up
          && !drained
          && waitingFor.isEmpty()
          && stuck.isEmpty()
          && disk == Disk.WRITABLE
          && !clockSkewed
          && damaged + filling + repairs + degraded == 0
          && !suspected
          && hints - later == 0;
    }
  }

  private record Due(long nanos, long number, Runnable what) {}

  final Map<String, Fake> members = new LinkedHashMap<>();
  final List<String> log = new ArrayList<>();
  String leader = A;

  /** What happens at once when a member is drained. */
  Runnable whenDrained = () -> {};

  /** What looks fail with. */
  @Nullable QuorateException failing;

  TopologyChangeStatus change = TopologyChangeStatus.NONE;

  /** What a command does, by its line. */
  Function<String, LocalRun.End> running = this::restarts;

  /** What a member that has started again waits for first, and how long. */
  String waitsFor = "no leader of the metadata group is known";

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(
          (one, other) ->
              one.nanos() == other.nanos()
                  ? Long.compare(one.number(), other.number())
                  : Long.compare(one.nanos(), other.nanos()));
  private long nowNanos = TimeUnit.DAYS.toNanos(1);
  private final long beginNanos = nowNanos;

  FakeMembers() {
    members.put(A, new Fake(A, "one"));
    members.put(B, new Fake(B, "two"));
    members.put(C, new Fake(C, "three"));
  }

  Fake get(String id) {
    Fake member = members.get(id);
    if (member == null) {
      throw new AssertionError("no member " + id);
    }
    return member;
  }

  Roster roster() {
    return new Roster(members.values().stream().map(each -> view(each)).toList());
  }

  /** Runs an action when some seconds have passed. */
  void in(int seconds, Runnable what) {
    due.add(new Due(nowNanos + TimeUnit.SECONDS.toNanos(seconds), due.size(), what));
  }

  long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(nowNanos - beginNanos);
  }

  /** The lines of the log that begin so. */
  List<String> logged(String beginning) {
    return log.stream().filter(each -> each.startsWith(beginning)).toList();
  }

  /** Restarts the member that a line names: it is away for 8 s, and ready after 3 more. */
  LocalRun.End restarts(String line) {
    Fake member =
        members.values().stream()
            .filter(each -> line.equals("restart " + each.name))
            .findFirst()
            .orElseThrow(() -> new AssertionError(line));
    if (leader.equals(member.id)) {
      log.add("the leader is stopped");
      leader = "";
      String next = member.id.equals(A) ? B : A;
      in(1, () -> leader = next);
    }
    member.up = false;
    in(8, () -> starts(member));
    return new LocalRun.End(true, 0, "");
  }

  private void starts(Fake member) {
    member.up = true;
    member.drained = false;
    member.incarnation++;
    member.isOfFirstRelease = false;
    member.waitingFor = waitsFor;
    List<Fake> others = members.values().stream().filter(each -> each != member).toList();
    others.forEach(each -> each.hints += 5);
    in(3, () -> member.waitingFor = "");
    in(6, () -> others.forEach(each -> each.hints -= 5));
  }

  @Override
  public Views look() {
    if (failing != null) {
      throw failing;
    }
    Map<String, ClusterStatus> own = new TreeMap<>();
    Map<String, Views.Unheard> unheard = new TreeMap<>();
    for (Fake each : members.values()) {
      if (each.up) {
        own.put(each.id, status(each));
      } else {
        unheard.put(each.id, new Views.Unheard("connection refused"));
      }
    }
    return new Views(own.values().iterator().next(), own, unheard);
  }

  private ClusterStatus status(Fake by) {
    return ClusterStatus.builder()
        .clusterId("cc")
        .answeredBy(by.id)
        .nodes(members.values().stream().map(each -> view(each)).toList())
        .metadata(
            MetadataView.builder()
                .leader(leader)
                .voters(List.copyOf(members.keySet()))
                .stuck(by.stuck)
                .build())
        .topologyChange(change)
        .partitions(16)
        .partitionsDegraded(by.degraded)
        .report(
            SelfReport.builder()
                .disk(by.disk)
                .clockSkewed(by.clockSkewed)
                .damagedPartitions(by.damaged)
                .waitingFor(by.drained ? "this node is drained" : by.waitingFor)
                .build())
        .build();
  }

  private static NodeView view(Fake member) {
    return NodeView.builder()
        .id(member.id)
        .name(member.name)
        .address("host-" + member.name + ":7401")
        .state(member.suspected ? State.SUSPECTED : member.up ? State.UP : State.DOWN)
        .incarnation(member.incarnation)
        .membership(Membership.ACTIVE)
        .filling(member.filling)
        .repairs(member.repairs)
        .build();
  }

  @Override
  public boolean canBeDrained(NodeView node) {
    return !get(node.id()).isOfFirstRelease;
  }

  @Override
  public void setDrained(NodeView node, boolean drained) {
    Fake member = get(node.id());
    if (member.isOfFirstRelease) {
      throw new UnavailableException("Method not found", FailureInfo.NONE, null);
    }
    log.add((drained ? "drain " : "resume ") + member.name);
    member.drained = drained;
    if (drained) {
      whenDrained.run();
    }
    if (drained && leader.equals(member.id)) {
      in(1, () -> leader = member.id.equals(A) ? B : A);
    }
  }

  @Override
  public DrainStatus drainStatus(NodeView node) {
    Fake member = get(node.id());
    return DrainStatus.of(
        member.drained, member.requests, leader.equals(member.id), false, member.hints);
  }

  @Override
  public long markHints(NodeView node) {
    return 7;
  }

  @Override
  public long hintsBefore(NodeView node, long marker) {
    Fake member = get(node.id());
    return marker == 7 ? member.hints - member.later : member.hints;
  }

  @Override
  public LocalRun.End run(String line, Duration atMost) {
    log.add("run " + line);
    for (Fake each : members.values()) {
      boolean isItself = line.endsWith(" " + each.name);
      if (isItself ? isStoppedTooEarly(each) : !each.isInOrder()) {
        log.add("too early for " + each.name + " at " + seconds());
      }
    }
    if (change.underWay() || leader.isEmpty()) {
      log.add("too early at " + seconds());
    }
    return running.apply(line);
  }

  /** One of the first release hands leadership over to no one: it is the last of these then. */
  private boolean isStoppedTooEarly(Fake each) {
    if (!each.isOfFirstRelease) {
      return !each.drained || leader.equals(each.id);
    }
    return leader.equals(each.id)
        && members.values().stream()
            .anyMatch(other -> other.isOfFirstRelease && !other.id.equals(each.id));
  }

  @Override
  public long nanos() {
    return nowNanos;
  }

  @Override
  public void pause() {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(250);
    while (!due.isEmpty() && due.element().nanos() <= nowNanos) {
      due.remove().what().run();
    }
  }
}
