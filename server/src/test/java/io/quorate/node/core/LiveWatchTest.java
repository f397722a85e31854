package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveWatchTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  private static final ClusterState BEFORE =
      Genesis.create(new ClusterId(1), List.of(member(A), member(B)), 4);
  private static final ClusterState AFTER =
      ((Accepted)
              BEFORE.apply(
                  new NodeStarted(B, "host:2", "eu", "z", 1, 1, Releases.THIS),
                  BEFORE.stateVersion() + 1))
          .next();

  private int looks;

  private final LiveWatch<Boolean> isOtherLive =
      new LiveWatch<>(
          (placements, isLive) -> {
            looks++;
            return isLive.test(B);
          });

  private static Member member(NodeId node) {
    return new Member(
        node, "host:" + node.value(), "eu", "z", 1, 0, Releases.THIS, Member.State.ACTIVE);
  }

  @Test
  void looksAgainOnceSomethingHasChanged() {
    assertThat(isOtherLive.find(BEFORE, Set.of(A)::contains)).isFalse();
    assertThat(isOtherLive.find(BEFORE, Set.of(A)::contains)).isFalse();
    assertThat(looks).isEqualTo(1);
    assertThat(isOtherLive.find(BEFORE, Set.of(A, B)::contains)).isTrue();
    assertThat(isOtherLive.find(BEFORE, Set.of(A, B)::contains)).isTrue();
    assertThat(looks).isEqualTo(2);
    assertThat(isOtherLive.find(AFTER, Set.of(A, B)::contains)).isTrue();
    assertThat(looks).isEqualTo(3);
  }
}
