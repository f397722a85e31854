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

/**
 * Which members vote in the metadata group; all others learn. An odd number, for an even one
 * survives no more losses than the odd one below it, and few, for each commit waits for a majority.
 */
public final class VoterChoice {
  public static final int VOTERS_MAX = 5;

  private VoterChoice() {}

  /**
   * Up to five members: as evenly over zones as can be, then over regions, then by id. With three
   * zones or more no zone holds a majority.
   */
  public static SortedSet<NodeId> of(Collection<Member> members) {
    return of(members, List.of());
  }

  /** Chooses voters where some vote already and stay. */
  public static SortedSet<NodeId> of(Collection<Member> members, Collection<NodeId> staying) {
    int wanted = Math.min(VOTERS_MAX, members.size());
    wanted -= 1 - wanted % 2;
    List<Member> left = new ArrayList<>(members);
    Map<List<String>, Integer> inZone = new HashMap<>();
    Map<String, Integer> inRegion = new HashMap<>();
    SortedSet<NodeId> voters = new TreeSet<>();
    for (Member member : members) {
      if (staying.contains(member.id())) {
        left.remove(member);
        voters.add(member.id());
        inZone.merge(zone(member), 1, Integer::sum);
        inRegion.merge(member.region(), 1, Integer::sum);
      }
    }
    while (voters.size() < wanted) {
      Member next =
          left.stream()
              .min(
                  Comparator.comparingInt((Member m) -> inZone.getOrDefault(zone(m), 0))
                      .thenComparingInt(m -> inRegion.getOrDefault(m.region(), 0))
                      .thenComparing(Member::id))
              .orElseThrow();
      left.remove(next);
      voters.add(next.id());
      inZone.merge(zone(next), 1, Integer::sum);
      inRegion.merge(next.region(), 1, Integer::sum);
    }
    return voters;
  }

  private static List<String> zone(Member member) {
    return List.of(member.region(), member.zone());
  }
}
