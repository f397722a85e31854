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
import java.util.SortedSet;
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
