package io.quorate.replication.move;

import static io.quorate.replication.move.MovingNodes.A;
import static io.quorate.replication.move.MovingNodes.B;
import static io.quorate.replication.move.MovingNodes.C;
import static io.quorate.replication.move.MovingNodes.D;
import static io.quorate.replication.move.MovingNodes.at;
import static io.quorate.replication.move.MovingNodes.moving;
import static io.quorate.replication.move.MovingNodes.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * StaleDataCopyRejection: a copy that comes late never overwrites a newer write of a client: it
 * merges, and is counted as skipped.
 */
class StaleDataCopyRejectionTest {
  private static final int KEYS = 100;
  private static final PartitionPlacement DUAL =
      moving(2, Step.DUAL_WRITE, 2, List.of(A, B, C), List.of(A, B, D));

  private final MovingNodes nodes = new MovingNodes();

  @Test
  void aNewerLiveWriteStaysAndTheCopyIsCountedAsSkipped() {
    for (NodeId id : List.of(A, B, C, D)) {
      nodes.start(id, at(1, A, B, C));
    }
    for (int i = 0; i < KEYS; i++) {
      nodes.write(1, i, record(1 + i), A, B, C);
    }
    // The sources know of the move, and have not been asked yet, when clients write at the new one.
    nodes.silence(A);
    nodes.silence(B);
    nodes.silence(C);
    nodes.learn(DUAL, A, B, C, D);
    for (int i = 0; i < KEYS; i += 2) {
      nodes.write(2, i, record(10_000 + i), D);
    }
    nodes.hear(A);
    nodes.hear(B);
    nodes.hear(C);
    nodes.run(Duration.ofSeconds(20));

    assertThat(nodes.isComplete(D)).isTrue();
    for (int i = 0; i < KEYS; i++) {
      assertThat(nodes.held(D, i)).isEqualTo(i % 2 == 0 ? record(10_000 + i) : record(1 + i));
    }
    assertThat(nodes.standing(D).skipped()).isEqualTo(KEYS / 2);
    assertThat(nodes.times(MoveEvent.Window.COPY_FOUND_NEWER)).isPositive();
    assertThat(nodes.events(MoveEvent.Copied.class).mapToInt(MoveEvent.Copied::skipped).sum())
        .isEqualTo(KEYS / 2);
  }
}
