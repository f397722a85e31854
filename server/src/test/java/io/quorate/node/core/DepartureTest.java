package io.quorate.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.raft.Role;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DepartureTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeId SELF = new NodeId(4);

  private final Departure departure = new Departure(SELF);

  private static ClusterState cluster(int... ids) {
    List<Member> members =
        Arrays.stream(ids)
            .mapToObj(
                id ->
                    new Member(
                        new NodeId(id),
                        "h:" + id,
                        "r",
                        "z",
                        1.0,
                        1,
                        Releases.THIS,
                        Member.State.ACTIVE))
            .toList();
    return Genesis.create(new ClusterId(9), members, 4);
  }

  private static MetadataStatus votersAre(long... ids) {
    return new MetadataStatus(
        Role.FOLLOWER,
        new NodeId(1),
        3,
        10,
        10,
        Arrays.stream(ids).mapToObj(NodeId::new).toList(),
        List.of());
  }

  @Test
  void aMemberGoesOn() {
    departure.look(cluster(1, 2, 3, 4), votersAre(1, 2, 3), 0);
    assertThat(departure.isNoticed()).isFalse();
    assertThat(departure.isOver()).isFalse();
  }

  @Test
  void aNodeThatIsNoMemberAndNoVoterEndsAtOnce() {
    departure.look(cluster(1, 2, 3), votersAre(1, 2, 3), 0);
    assertThat(departure.isNoticed()).isTrue();
    assertThat(departure.isOver()).isTrue();
  }

  @Test
  void aVoterStaysUntilTheOthersHaveDecidedWithoutItButNotForEver() {
    departure.look(cluster(1, 2, 3), votersAre(1, 2, 4), 0);
    assertThat(departure.isNoticed()).isTrue();
    assertThat(departure.isOver()).isFalse();
    departure.look(cluster(1, 2, 3), votersAre(1, 2, 4), 4 * SECOND);
    assertThat(departure.isOver()).isFalse();
    departure.look(cluster(1, 2, 3), votersAre(1, 2, 4), 5 * SECOND);
    assertThat(departure.isOver()).isTrue();
    departure.look(cluster(1, 2, 3), votersAre(1, 2, 3), 6 * SECOND);
    assertThat(departure.isOver()).isTrue();
  }
}
