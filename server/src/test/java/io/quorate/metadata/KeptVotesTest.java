package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.VoteKept.Why;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeptVotesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);

  private final List<VoteKept> told = new ArrayList<>();
  private final KeptVotes votes = new KeptVotes(told::add);

  @Test
  void aReasonIsToldOnceWhenItHasLasted() {
    for (long now = 0; now < 5 * SECOND; now += SECOND / 20) {
      look(Map.of(A, needed(A, "1 answers")), now);
    }
    assertThat(told).isEmpty();
    for (long now = 5 * SECOND; now < 60 * SECOND; now += SECOND / 20) {
      look(Map.of(A, needed(A, "at " + now)), now);
    }
    assertThat(told).containsExactly(needed(A, "at " + 5 * SECOND));
  }

  @Test
  void anotherReasonAndAnotherNodeAreToldToo() {
    look(Map.of(A, needed(A, "")), 0);
    look(Map.of(A, needed(A, "")), 5 * SECOND);
    VoteKept joins = new VoteKept(A, Why.OTHERS_JOIN, "");
    look(Map.of(A, joins, B, needed(B, "")), 6 * SECOND);
    look(Map.of(A, joins, B, needed(B, "")), 10 * SECOND);
    assertThat(told).containsExactly(needed(A, ""));
    look(Map.of(A, joins, B, needed(B, "")), 11 * SECOND);
    assertThat(told).containsExactly(needed(A, ""), joins, needed(B, ""));
  }

  @Test
  void whatEndsInBetweenIsNewAndSoIsAllForALeaderThatLeadsAgain() {
    look(Map.of(A, needed(A, "")), 0);
    look(Map.of(), 4 * SECOND);
    look(Map.of(A, needed(A, "")), 5 * SECOND);
    assertThat(told).isEmpty();
    votes.forget();
    look(Map.of(A, needed(A, "")), 10 * SECOND);
    assertThat(told).isEmpty();
    look(Map.of(A, needed(A, "")), 15 * SECOND);
    assertThat(told).hasSize(1);
  }

  private void look(Map<NodeId, VoteKept> now, long nowNanos) {
    votes.look(new TreeMap<>(now), nowNanos);
  }

  private static VoteKept needed(NodeId node, String detail) {
    return new VoteKept(node, Why.NEEDED, detail);
  }
}
