package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegionLagsTest {
  private static final Map<Integer, Long> LAGS = Map.of(1, 0L, 2, 900L, 3, 40L, 4, 70L, 5, 0L);

  private static Placements.Member member(int id, String region) {
    return new Placements.Member(new NodeId(id), "host:1", region, "z", 1);
  }

  @Test
  void aRegionLagsAsTheNodeThereThatLagsMostAndTheOwnOneIsNone() {
    List<Placements.Member> members =
        List.of(
            member(2, "eu"), member(3, "us"), member(1, "eu"), member(4, "us"), member(5, "asia"));
    assertThat(
            RegionLags.of(
                new NodeId(1), members, node -> LAGS.getOrDefault((int) node.value(), 0L)))
        .isEqualTo(Map.of("us", 70L, "asia", 0L));
  }

  @Test
  void aClusterOfOneRegionHasNone() {
    List<Placements.Member> members = List.of(member(1, "eu"), member(2, "eu"));
    assertThat(RegionLags.of(new NodeId(1), members, node -> 900)).isEmpty();
  }
}
