package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Clusters;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ElectionPatienceTest {
  private static final NodeId SELF = new NodeId(1);
  private static final long TICK = 50_000_000;

  private final Map<NodeId, Member> members = new TreeMap<>();
  private final ElectionPatience patience = new ElectionPatience(SELF, TICK);

  private void regions(String regions) {
    for (int i = 1; i <= regions.length(); i++) {
      members.put(new NodeId(i), Clusters.member(i, regions.substring(i - 1, i), "z"));
    }
  }

  /** With round trips to nodes 1, 2 and so on. */
  private int ticks(long... millis) {
    List<NodeId> voters = LongStream.rangeClosed(1, millis.length).mapToObj(NodeId::new).toList();
    return patience.ticks(voters, members, node -> millis[(int) node.value() - 1]);
  }

  @Test
  void tenTimesTheMedianToTheOtherVoters() {
    regions("abcde");
    assertThat(ticks(0, 80, 100, 200, 300)).isEqualTo(10 * 200 / 50);
    assertThat(ticks(0, 80, 100)).isEqualTo(10 * 100 / 50);
    assertThat(ticks(0, 81)).as("rounded up").isEqualTo(17);
  }

  @Test
  void regionOfItsOwnCountsAsNothingHoweverSlowItIs() {
    regions("aaaaa");
    assertThat(ticks(0, 5_000, 5_000, 5_000, 5_000)).isZero();
  }

  @Test
  void majorityInItsOwnRegionNeedsNoMore() {
    regions("aaabb");
    assertThat(ticks(0, 1, 1, 200, 200)).isEqualTo(10 * 200 / 50);
    regions("aaaab");
    assertThat(ticks(0, 1, 1, 1, 200)).isZero();
  }

  @Test
  void whatWasNotMeasuredIsLeftOut() {
    regions("abcde");
    long unknown = RoundTrips.UNKNOWN;
    assertThat(ticks(0, unknown, unknown, unknown, 300)).isEqualTo(10 * 300 / 50);
    assertThat(ticks(0, unknown, unknown, unknown, unknown)).isZero();
    assertThat(patience.ticks(members.keySet(), members, RoundTrips.UNMEASURED)).isZero();
  }

  @Test
  void isBounded() {
    regions("abc");
    assertThat(ticks(0, 1_001, 60_000)).isEqualTo(10_000 / 50);
  }

  @Test
  void nodeThatIsNoMemberWaitsAsConfigured() {
    regions("abc");
    members.remove(SELF);
    assertThat(ticks(0, 200, 200)).isZero();
  }
}
