package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LiveWatchTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  private int looks;

  private final LiveWatch<Boolean> isOtherLive =
      new LiveWatch<>(
          (placements, isLive) -> {
            looks++;
            return isLive.test(B);
          });

  private static Placements placements(long stateVersion) {
    Map<NodeId, Placements.Member> nodes = new TreeMap<>();
    for (NodeId node : List.of(A, B)) {
      nodes.put(node, new Placements.Member(node, "host:1", "eu", "", 1));
    }
    return new Placements(stateVersion, nodes, Map.of(), List.of());
  }

  @Test
  void looksAgainOnceSomethingHasChanged() {
    assertThat(isOtherLive.find(placements(1), Set.of(A)::contains)).isFalse();
    assertThat(isOtherLive.find(placements(1), Set.of(A)::contains)).isFalse();
    assertThat(looks).isEqualTo(1);
    assertThat(isOtherLive.find(placements(1), Set.of(A, B)::contains)).isTrue();
    assertThat(isOtherLive.find(placements(1), Set.of(A, B)::contains)).isTrue();
    assertThat(looks).isEqualTo(2);
    assertThat(isOtherLive.find(placements(2), Set.of(A, B)::contains)).isTrue();
    assertThat(looks).isEqualTo(3);
  }
}
