package io.quorate.cluster;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoterChoiceTest {

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,3", "4,3", "5,5", "6,5", "40,5"})
  void votersAreFewAndOdd(int nodes, int voters) {
    assertThat(VoterChoice.of(Clusters.members(nodes))).hasSize(voters);
  }

  @Test
  void noZoneOfThreeHoldsAMajority() {
    List<Member> crowdedZone = new ArrayList<>();
    for (int node = 1; node <= 20; node++) {
      crowdedZone.add(Clusters.member(node, "r", "a"));
    }
    crowdedZone.add(Clusters.member(21, "r", "b"));
    crowdedZone.add(Clusters.member(22, "r", "b"));
    crowdedZone.add(Clusters.member(23, "r", "c"));

    assertThat(perZone(crowdedZone, VoterChoice.of(crowdedZone)).values())
        .containsExactlyInAnyOrder(2L, 2L, 1L);
  }

  @Test
  void nineZonesInThreeRegionsGiveFiveZonesAndNoRegionAMajority() {
    List<Member> members = new ArrayList<>();
    for (int node = 1; node <= 90; node++) {
      members.add(Clusters.member(node, "r" + node % 3, "z" + node % 9));
    }
    SortedSet<NodeId> voters = VoterChoice.of(members);

    assertThat(perZone(members, voters).values()).containsOnly(1L);
    assertThat(
            members.stream()
                .filter(m -> voters.contains(m.id()))
                .collect(groupingBy(Member::region, counting()))
                .values())
        .containsExactlyInAnyOrder(2L, 2L, 1L);
  }

  @Test
  void aRegionOfManyZonesHoldsNoMajority() {
    List<Member> members = new ArrayList<>();
    for (int node = 1; node <= 5; node++) {
      members.add(Clusters.member(node, "r0", "z" + node));
    }
    members.add(Clusters.member(6, "r1", "z"));
    members.add(Clusters.member(7, "r1", "z"));
    members.add(Clusters.member(8, "r2", "z"));

    assertThat(perRegion(members, VoterChoice.of(members)))
        .isEqualTo(Map.of("r0", 2L, "r1", 2L, "r2", 1L));
  }

  @Test
  void threeVotersInThreeRegionsRatherThanFiveWithAMajorityInOne() {
    List<Member> members = new ArrayList<>();
    for (int node = 1; node <= 8; node++) {
      members.add(Clusters.member(node, node <= 6 ? "r0" : "r" + node, "z"));
    }
    assertThat(perRegion(members, VoterChoice.of(members)))
        .isEqualTo(Map.of("r0", 1L, "r7", 1L, "r8", 1L));
  }

  @Test
  void aThirdRegionRelievesTheOneWithAMajorityAndTheLeaderStays() {
    List<Member> members = new ArrayList<>();
    for (int node = 1; node <= 6; node++) {
      members.add(Clusters.member(node, node <= 3 ? "r0" : "r1", "z" + node));
    }
    SortedSet<NodeId> two = VoterChoice.of(members);
    assertThat(perRegion(members, two)).isEqualTo(Map.of("r0", 3L, "r1", 2L));
    members.add(Clusters.member(7, "r2", "z"));
    for (long leader = 1; leader <= 3; leader++) {
      SortedSet<NodeId> three = chosen(members, two, new NodeId(leader));
      assertThat(perRegion(members, three)).isEqualTo(Map.of("r0", 2L, "r1", 2L, "r2", 1L));
      assertThat(three).contains(new NodeId(leader));
      List<NodeId> both = new ArrayList<>(two);
      both.add(new NodeId(7));
      assertThat(chosen(members, both, new NodeId(leader))).isEqualTo(three);
      assertThat(chosen(members, three, new NodeId(4))).isEqualTo(three);
    }
    assertThat(VoterChoice.of(members, two, new NodeId(3), node -> node.value() == 1))
        .as("the one that is away gives way")
        .containsExactly(new NodeId(2), new NodeId(3), new NodeId(4), new NodeId(5), new NodeId(7));
  }

  @Test
  void noRegionHoldsAMajorityIfThatCanBeAvoided() {
    int avoided = 0;
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      List<Member> members = members(random);
      List<NodeId> staying = new ArrayList<>();
      for (Member member : members) {
        if (staying.size() <= VoterChoice.VOTERS_MAX && random.nextBoolean()) {
          staying.add(member.id());
        }
      }
      NodeId leader = staying.isEmpty() ? null : staying.get(random.nextInt(staying.size()));
      for (SortedSet<NodeId> voters :
          List.of(VoterChoice.of(members), chosen(members, staying, leader))) {
        if (isAvoidable(members)) {
          assertThat(hasMajority(members, voters)).as("seed %d: %s", seed, voters).isFalse();
          avoided++;
        }
        assertThat(chosen(members, voters, voters.first())).as("seed %d", seed).isEqualTo(voters);
      }
      if (leader != null) {
        assertThat(chosen(members, staying, leader)).as("seed %d", seed).contains(leader);
      }
    }
    assertThat(avoided).isGreaterThan(1_000);
  }

  /** What others do that do not vote makes no voter stop: else voters would come and go with it. */
  @Test
  void votersThatAreWellSpreadStayWhoeverElseIsThere() {
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      List<Member> members = members(random);
      SortedSet<NodeId> voters = VoterChoice.of(members);
      List<Member> fewer = new ArrayList<>(members);
      fewer.removeIf(member -> !voters.contains(member.id()) && random.nextBoolean());
      assertThat(chosen(fewer, voters, voters.first())).as("seed %d", seed).isEqualTo(voters);
      List<Member> more = new ArrayList<>(members);
      members(random).stream()
          .map(each -> Clusters.member((int) each.id().value() + 100, each.region(), each.zone()))
          .forEach(more::add);
      if (!hasMajority(members, voters)) {
        assertThat(chosen(more, voters, voters.first())).as("seed %d", seed).containsAll(voters);
      }
    }
  }

  @Test
  void insideARegionNoZoneHasTwoVotersWhileAnotherHasNone() {
    for (int seed = 0; seed < 2_000; seed++) {
      List<Member> members = members(new Random(seed));
      SortedSet<NodeId> voters = VoterChoice.of(members);
      Map<String, Long> chosen = perZone(members, voters);
      for (Member crowded : members) {
        for (Member free : members) {
          assertThat(
                  free.region().equals(crowded.region())
                      && chosen.getOrDefault(crowded.region() + "/" + crowded.zone(), 0L) > 1
                      && !chosen.containsKey(free.region() + "/" + free.zone()))
              .as("seed %d: %s", seed, chosen)
              .isFalse();
        }
      }
    }
  }

  private static SortedSet<NodeId> chosen(
      Collection<Member> members, Collection<NodeId> staying, @Nullable NodeId leader) {
    return VoterChoice.of(members, staying, leader, away -> false);
  }

  private static List<Member> members(Random random) {
    int regions = 1 + random.nextInt(5);
    int zones = 1 + random.nextInt(3);
    int count = 1 + random.nextInt(12);
    List<Member> members = new ArrayList<>();
    for (int node = 1; node <= count; node++) {
      // Squared, so that regions differ in size.
      int region = (int) (regions * random.nextDouble() * random.nextDouble());
      members.add(Clusters.member(node, "r" + region, "z" + random.nextInt(zones)));
    }
    return members;
  }

  private static boolean hasMajority(Collection<Member> members, Set<NodeId> voters) {
    return perRegion(members, voters).values().stream()
        .anyMatch(there -> there > voters.size() / 2);
  }

  /** Three voters in three regions are possible as soon as there are three regions. */
  private static boolean isAvoidable(Collection<Member> members) {
    return members.stream().map(Member::region).distinct().count() >= 3;
  }

  private static Map<String, Long> perRegion(Collection<Member> members, Set<NodeId> voters) {
    return members.stream()
        .filter(member -> voters.contains(member.id()))
        .collect(groupingBy(Member::region, counting()));
  }

  @Test
  void theOrderOfMembersDoesNotMatter() {
    List<Member> reversed = new ArrayList<>(Clusters.members(20));
    Collections.reverse(reversed);

    assertThat(VoterChoice.of(reversed)).isEqualTo(VoterChoice.of(Clusters.members(20)));
  }

  private static Map<String, Long> perZone(Collection<Member> members, SortedSet<NodeId> voters) {
    return members.stream()
        .filter(member -> voters.contains(member.id()))
        .collect(groupingBy(member -> member.region() + "/" + member.zone(), counting()));
  }
}
