package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.ClusterStatus.State;
import io.quorate.client.admin.MetadataView;
import io.quorate.client.admin.NodeView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Nodes a and b of region eu, and c and d of region us, of which d does not answer. */
class RegionViewTest {
  private final Map<String, ClusterStatus> own = new TreeMap<>();

  private static NodeView node(String id, String region, State state, long lag, int owed) {
    return NodeView.builder()
        .id(id)
        .address(id + ":7401")
        .region(region)
        .zone("z")
        .state(state)
        .lagMillis(lag)
        .hints(owed)
        .repairs(owed / 10)
        .build();
  }

  private void says(String by, NodeView... nodes) {
    own.put(
        by,
        ClusterStatus.builder()
            .clusterId("cc")
            .answeredBy(by)
            .nodes(List.of(nodes))
            .metadata(MetadataView.builder().leader("a").voters(List.of("a")).build())
            .build());
  }

  private List<RegionView> regions() {
    ClusterStatus first = own.values().iterator().next();
    return RegionView.of(
        new Views(first, own, Map.of("d", new Views.Unheard("connection refused"))));
  }

  @Test
  void aRegionIsAsFarBehindAsNodesOfOthersSay() {
    says(
        "a",
        node("a", "eu", State.UP, 0, 0),
        node("b", "eu", State.UP, 9_000, 90),
        node("c", "us", State.UP, 300, 3),
        node("d", "us", State.DOWN, 70_000, 20));
    says(
        "b",
        node("a", "eu", State.UP, 8_000, 80),
        node("b", "eu", State.UP, 0, 0),
        node("c", "us", State.UP, 200, 2),
        node("d", "us", State.DOWN, 60_000, 30));
    says(
        "c",
        node("a", "eu", State.UP, 40, 4),
        node("b", "eu", State.UP, 50, 5),
        node("c", "us", State.UP, 0, 0),
        node("d", "us", State.DOWN, 90_000, 1_000));
    assertThat(regions())
        .containsExactly(
            new RegionView("eu", 2, 2, 50, 9, 0), new RegionView("us", 2, 1, 70_000, 55, 5));
  }

  @Test
  void oneRegionAloneIsNotTold() {
    says("a", node("a", "eu", State.UP, 0, 0), node("b", "eu", State.UP, 9_000, 90));
    assertThat(regions()).isEmpty();
  }
}
