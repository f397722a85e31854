package io.quorate.replication.coordinator.write;

import static io.quorate.version.RecordModel.LAST_WRITE_WINS;
import static io.quorate.version.UnionOfBytes.UNION;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Quorum;
import io.quorate.replication.coordinator.operation.CoordinatorRules;
import io.quorate.version.Hlc;
import io.quorate.version.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What answers of replicas to a write amount to, by the model of the record. */
class WriteTallyTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final Quorum QUORUM = Quorum.of(List.of(A, B, C), Level.QUORUM);

  @Test
  void aWriteIsStampedAgainAboveTheHighestVersionThatItIsToldOf() {
    WriteTally tally = new WriteTally(QUORUM, List.of());
    tally.told(version(2));
    tally.told(version(5));
    tally.told(version(3));

    assertThat(tally.higher()).isEqualTo(version(5));
  }

  @Test
  void aWriteIsStampedAgainOnceIfItsModelHasThat() {
    CoordinatorRules rules = new CoordinatorRules();

    assertThat(rules.mayStampAgain(LAST_WRITE_WINS, false)).isTrue();
    assertThat(rules.mayStampAgain(LAST_WRITE_WINS, true)).isFalse();
    assertThat(rules.mayStampAgain(UNION, false)).isFalse();
  }

  private static Version version(long millis) {
    return new Version(0, Hlc.of(millis, 0), A, 1);
  }
}
