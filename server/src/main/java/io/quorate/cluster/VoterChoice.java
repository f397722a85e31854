package io.quorate.cluster;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which members vote in the metadata group; all others learn. An odd number, for an even one
 * survives no more losses than the odd one below it, and few, for each commit waits for a majority.
 * Over three regions or more no region holds a majority: three voters in as many regions are better
 * than five of which three stand in one (docs/design/regions.md#voters).
 */
public final class VoterChoice {
  public static final int VOTERS_MAX = 5;

  /** Over fewer regions, one of them always holds a majority. */
  private static final int REGIONS_MIN = 3;

  private final int wanted;
  private final List<Member> left;
  private final List<Member> voters = new ArrayList<>();

  /** Voters by zone; only looked up. */
  private final Map<List<String>, Integer> inZone = new HashMap<>();

  /** Voters by region; only looked up. */
  private final Map<String, Integer> inRegion = new HashMap<>();

  private VoterChoice(Collection<Member> members, int wanted) {
    this.wanted = wanted;
    this.left = new ArrayList<>(members);
  }

  /** Up to five members: as evenly over regions as can be, then over their zones, then by id. */
  public static SortedSet<NodeId> of(Collection<Member> members) {
    return of(members, List.of(), null, away -> false);
  }

  /**
   * Chooses voters where some vote already. These stay, unless a region would hold a majority
   * though that can be avoided: then voters of it give way.
   *
   * @param leader stays in any case; null if none of the members leads
   * @param isAway of the voters in a region, those that are away give way first
   */
  public static SortedSet<NodeId> of(
      Collection<Member> members,
      Collection<NodeId> staying,
      @Nullable NodeId leader,
      Predicate<NodeId> isAway) {
    Integer spread = mostWithoutMajority(members);
    int odd = (Math.min(VOTERS_MAX, members.size()) + 1) / 2 * 2 - 1;
    VoterChoice choice = new VoterChoice(members, spread == null ? odd : spread);
    for (Member member : members) {
      if (staying.contains(member.id())) {
        choice.add(member);
      }
    }
    if (spread != null) {
      choice.relieve(leader, isAway);
    }
    choice.fill();
    return choice.ids();
  }

  /**
   * The largest number of voters of which no region need hold a majority; null if there is none.
   */
  private static @Nullable Integer mostWithoutMajority(Collection<Member> members) {
    Map<String, Integer> sizes = new HashMap<>();
    members.forEach(member -> sizes.merge(member.region(), 1, Integer::sum));
    for (int voters = VOTERS_MAX; voters >= REGIONS_MIN; voters -= 2) {
      int atMost = voters / 2;
      if (sizes.values().stream().mapToInt(size -> Math.min(size, atMost)).sum() >= voters) {
        return voters;
      }
    }
    return null;
  }

  private void add(Member member) {
    left.remove(member);
    voters.add(member);
    inZone.merge(zone(member), 1, Integer::sum);
    inRegion.merge(member.region(), 1, Integer::sum);
  }

  /** Takes voters from the region that has most, while these or all are too many. */
  private void relieve(@Nullable NodeId leader, Predicate<NodeId> isAway) {
    Comparator<Member> crowded =
        Comparator.comparingInt((Member m) -> votersIn(m.region()))
            .thenComparing(m -> isAway.test(m.id()))
            .thenComparingInt(this::votersInZoneOf)
            .thenComparing(Member::id);
    while (true) {
      Member first = voters.stream().filter(m -> !m.id().equals(leader)).max(crowded).orElse(null);
      if (first == null || (voters.size() <= wanted && votersIn(first.region()) <= wanted / 2)) {
        return;
      }
      voters.remove(first);
      inZone.merge(zone(first), -1, Integer::sum);
      inRegion.merge(first.region(), -1, Integer::sum);
    }
  }

  private void fill() {
    Comparator<Member> lonely =
        Comparator.comparingInt((Member m) -> votersIn(m.region()))
            .thenComparingInt(this::votersInZoneOf)
            .thenComparing(Member::id);
    while (voters.size() < wanted) {
      add(left.stream().min(lonely).orElseThrow());
    }
  }

  private int votersIn(String region) {
    return inRegion.getOrDefault(region, 0);
  }

  private int votersInZoneOf(Member member) {
    return inZone.getOrDefault(zone(member), 0);
  }

  private SortedSet<NodeId> ids() {
    SortedSet<NodeId> ids = new TreeSet<>();
    voters.forEach(voter -> ids.add(voter.id()));
    return ids;
  }

  private static List<String> zone(Member member) {
    return List.of(member.region(), member.zone());
  }
}
