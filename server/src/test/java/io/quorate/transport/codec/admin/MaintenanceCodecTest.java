package io.quorate.transport.codec.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.placement.Placements;
import io.quorate.replication.repair.RepairRun;
import io.quorate.storage.HintStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators are told of repairs and dead letters names nodes as they are called now. */
class MaintenanceCodecTest {
  private static final NodeId NODE = new NodeId(9);
  private static final NodeNames NAMES = new NodeNames(Map.of(NODE, "db-east-9"));

  @Test
  void theRefusalOfADeadLetterNamesNodes() {
    HintStore.DeadLetter letter =
        new HintStore.DeadLetter(
            new HintStore.Hint(NODE, 4, new Key(1, new byte[] {1})),
            HintStore.Missed.UNKNOWN,
            7,
            "node 0000000000000009 refuses it");
    assertThat(
            MaintenanceCodec.letter(letter, new Placements(1, Map.of(), Map.of(), List.of()), NAMES)
                .getReason())
        .isEqualTo("node 0000000000000009 (db-east-9) refuses it");
  }

  @Test
  void comparisonsThatWereGivenUpNameNodes() {
    RepairRun.Progress progress =
        new RepairRun.Progress(
            1,
            0,
            0,
            0,
            0,
            List.of(new RepairRun.Failed(4, NODE, "node 0000000000000009 is down")),
            true);
    assertThat(MaintenanceCodec.progress(progress, NAMES).getFailed(0).getReason())
        .isEqualTo("node 0000000000000009 (db-east-9) is down");
  }
}
