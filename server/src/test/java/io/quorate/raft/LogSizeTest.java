package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a start would read is what is behind the snapshot, and the snapshot. */
class LogSizeTest {
  private static final int PAYLOAD_BYTES = 100;
  private static final int KEPT = 3;

  private static final Snapshot FIRST =
      new Snapshot(
          new EntryId(1, 1), Membership.of(List.of(new NodeId(1)), List.of()), new byte[7]);

  private final RaftLog log =
      new RaftLog(new RaftImage(new HardState(1, null), FIRST, List.of()), KEPT);

  @Test
  void entriesAddToItAndASnapshotTakesTheirPlace() {
    assertThat(log.size()).isEqualTo(new LogSize(0, 0, 1, 7));
    for (int index = 2; index <= 11; index++) {
      log.append(new Entry(new EntryId(index, 1), EntryType.NORMAL, new byte[PAYLOAD_BYTES]));
    }
    LogSize grown = log.size();
    assertThat(grown.entries()).isEqualTo(10);
    assertThat(grown.bytes()).isBetween(10L * PAYLOAD_BYTES, 12L * PAYLOAD_BYTES);

    log.commitTo(11);
    log.done(log.takeWork(Integer.MAX_VALUE));
    assertThat(log.compact(9, new byte[20])).isTrue();
    // Entries before the snapshot are kept in memory for followers, and not on disk.
    assertThat(log.size()).isEqualTo(new LogSize(2, grown.bytes() / 5, 9, 20));
  }
}
