package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LossTest {
  private static Set<NodeId> ids(long from, long count) {
    TreeSet<NodeId> ids = new TreeSet<>();
    LongStream.range(from, from + count).mapToObj(NodeId::new).forEach(ids::add);
    return ids;
  }

  private static Loss loss(long epoch, long from, long count) {
    return new Loss(epoch, new TreeSet<>(ids(from, count)), false, false);
  }

  /** A partition may lose its majority repeatedly, and all nodes keep what they learn of it. */
  @Test
  void ofVeryManyReplicasThoseThatWereGivenUpLastAreNamed() {
    Loss loss = loss(1, 1_000, 2);
    for (int i = 0; i < 500; i++) {
      loss = loss.and(loss(2 + i, 500 - i, 1));
    }
    assertThat(loss.epoch()).isEqualTo(501);
    assertThat(loss.givenUp()).hasSize(Loss.NAMED_MAX).contains(new NodeId(1));
    assertThat(loss.and(loss(900, 2_000, Loss.NAMED_MAX)).givenUp())
        .isEqualTo(ids(2_000, Loss.NAMED_MAX));
  }
}
