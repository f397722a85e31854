package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Clusters;
import io.quorate.cluster.Member;
import io.quorate.cluster.Member.State;
import io.quorate.model.NodeId;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members of random regions come, go, and are away for a while: voters follow, step by step, until
 * no region holds a majority, and then rest.
 */
class VotersFollowRegionsTest {
  private static final int EVENTS = 60;
  private static final int STEPS_MAX = 30;
  private static final int MEMBERS_MAX = 14;

  private final Map<NodeId, Member> members = new TreeMap<>();
  private final Set<NodeId> silent = new TreeSet<>();
  private Random random = new Random(0);
  private Membership group = Membership.NONE;
  private NodeId leader = new NodeId(1);
  private int lastId;
  private int checked;

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void theyRestWithoutAMajorityInOneRegion(int regions) {
    for (int seed = 0; seed < 300; seed++) {
      run(seed, regions);
    }
    assertThat(checked).isGreaterThan(regions < 3 ? -1 : 5_000);
  }

  private void run(int seed, int regions) {
    random = new Random(seed);
    members.clear();
    silent.clear();
    lastId = 0;
    for (int i = 0; i < 3; i++) {
      join(regions, State.ACTIVE);
    }
    group = Membership.of(members.keySet(), List.of());
    leader = members.keySet().iterator().next();
    for (int event = 0; event < EVENTS; event++) {
      String what = happens(regions);
      settle("seed %d, event %d (%s)".formatted(seed, event, what));
    }
  }

  private String happens(int regions) {
    NodeId any = new ArrayList<>(members.keySet()).get(random.nextInt(members.size()));
    boolean mayGo = members.size() > 3 && !any.equals(leader);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> members.size() < MEMBERS_MAX ? join(regions, State.ACTIVE) : "nothing";
      case 3 -> members.size() < MEMBERS_MAX ? join(regions, State.SPARE) : "nothing";
      case 4 -> mayGo ? lost(any) : "nothing";
      case 5 -> mayGo ? leaves(any) : "nothing";
      case 6 -> {
        silent.clear();
        if (!any.equals(leader)) {
          silent.add(any);
        }
        yield "silent: " + silent;
      }
      default -> {
        silent.clear();
        yield "all are heard";
      }
    };
  }

  private String join(int regions, State state) {
    int region = (int) (regions * random.nextDouble() * random.nextDouble());
    Member like = Clusters.member(++lastId, "r" + region, "z" + random.nextInt(3));
    members.put(like.id(), in(like, state));
    return "node %d joins region %d, %s".formatted(lastId, region, state);
  }

  private String lost(NodeId node) {
    members.remove(node);
    silent.remove(node);
    return "node " + node + " is lost";
  }

  /** It votes as long as it must, and is gone before the next event. */
  private String leaves(NodeId node) {
    members.computeIfPresent(node, (id, member) -> in(member, State.LEAVING));
    settle("node " + node + " leaves");
    return lost(node);
  }

  private void settle(String when) {
    List<String> made = new ArrayList<>();
    for (List<MembershipChange> due = due(); !due.isEmpty(); due = due()) {
      MembershipChange change = due.getFirst();
      made.add(change.toString());
      assertThat(made).as(when).hasSizeLessThan(STEPS_MAX);
      group = group.after(change);
    }
    assertThat(group.isVoter(leader)).as(when).isTrue();
    boolean leaves = members.values().stream().anyMatch(each -> each.state() == State.LEAVING);
    long active = votingRegions();
    if (silent.isEmpty() && !leaves && active >= 3) {
      checked++;
      Map<String, Integer> perRegion = new TreeMap<>();
      group.voters().forEach(each -> perRegion.merge(regionOf(each), 1, Integer::sum));
      assertThat(group.voters().size() % 2).as("%s: %s after %s", when, group, made).isEqualTo(1);
      assertThat(perRegion.values())
          .as("%s: %s after %s", when, perRegion, made)
          .allMatch(there -> there <= group.voters().size() / 2);
    }
  }

  /** Regions with members that are active; a witness makes a third one of two. */
  private long votingRegions() {
    Set<String> active = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    for (Member member : members.values()) {
      all.add(member.region());
      if (member.state() == State.ACTIVE) {
        active.add(member.region());
      }
    }
    return active.size() == 2 ? Math.min(all.size(), 3) : active.size();
  }

  private String regionOf(NodeId node) {
    Member member = members.get(node);
    return member == null ? "none" : member.region();
  }

  private List<MembershipChange> due() {
    return new GroupMembership(group, members.values(), leader, owner -> false, silent::contains)
        .due();
  }

  private static Member in(Member member, State state) {
    return new Member(
        member.id(),
        member.address(),
        member.region(),
        member.zone(),
        1,
        1,
        member.release(),
        state,
        false,
        "");
  }
}
