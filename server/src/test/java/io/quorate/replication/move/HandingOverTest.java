package io.quorate.replication.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.HoldsNewer;
import io.quorate.replication.message.ReplicaMessage.Merged;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.StoredWhileFilling;
import io.quorate.version.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as handed over is deleted afterwards. */
class HandingOverTest {
  private static final Stored STORED = Stored.INSTANCE;
  private static final HoldsNewer NEWER = new HoldsNewer(new Version(0, 1, new NodeId(1), 1));

  @Test
  void allThatAreStoredOrOvertakenAreHandedOver() {
    assertThat(HandingOver.areStored(2, new Merged(List.of(STORED, NEWER)))).isTrue();
  }

  @Test
  void oneThatIsRefusedKeepsAll() {
    Refused refused = new Refused("no");
    assertThat(HandingOver.areStored(3, new Merged(List.of(STORED, refused, STORED)))).isFalse();
    assertThat(HandingOver.areStored(1, new Merged(List.of(StoredWhileFilling.INSTANCE))))
        .isFalse();
    assertThat(HandingOver.areStored(1, refused)).isFalse();
    assertThat(HandingOver.areStored(1, new StaleEpoch(3))).isFalse();
  }

  /** As of a replica of another version, or one that is broken. */
  @Test
  void answersForFewerOrMoreThanWereBroughtSayNothing() {
    assertThat(HandingOver.areStored(2, new Merged(List.of()))).isFalse();
    assertThat(HandingOver.areStored(2, new Merged(List.of(STORED)))).isFalse();
    assertThat(HandingOver.areStored(1, new Merged(List.of(STORED, STORED)))).isFalse();
  }
}
