package io.quorate.replication.coordinator.scan;

import static io.quorate.replication.coordinator.operation.PlayedNode.A;
import static io.quorate.replication.coordinator.operation.PlayedNode.B;
import static io.quorate.replication.coordinator.operation.PlayedNode.C;
import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
import static io.quorate.replication.coordinator.operation.PlayedNode.placed;
import static io.quorate.replication.coordinator.operation.PlayedNode.tenant;
import static io.quorate.replication.coordinator.operation.PlayedNode.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.placement.Level;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.Record;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One page of a scan, in either direction, of a cluster with one partition. */
class ScanOperationTest {
  private static final byte[] NONE = {};
  private static final Entry FOUR = entry(4);
  private static final Entry FIVE = entry(5);

  private final PlayedNode node = new PlayedNode(A, B, C);

  private static Entry entry(int key) {
    return new Entry(
        new Key(1, new byte[] {(byte) key}),
        Record.value(version(B, 0, 0), EPOCH, 0, new byte[] {1}));
  }

  private List<Object> scan(boolean reverse, KeyRange keys) {
    ScanRequest request = new ScanRequest("orders", keys, Level.QUORUM, 10, NONE);
    long deadlineNanos = node.nanos() + TimeUnit.SECONDS.toNanos(10);
    ScanCallback taking =
        new ScanCallback() {
          @Override
          public void page(ScanPage page) {
            node.answeredWith(page);
          }

          @Override
          public void failed(Failure failure) {
            node.failed(failure);
          }
        };
    return node.step(
        () ->
            new ScanOperation(
                    node.context(), tenant(3), Level.QUORUM, request, deadlineNanos, taking)
                .start(ScanCursor.start(1, 1, reverse)));
  }

  private ScanPage answered(List<Object> happened) {
    assertThat(happened).hasSize(1);
    return (ScanPage) ((Answered) happened.getFirst()).result();
  }

  /** What was lost may have been in the partition, whichever end it is read from. */
  @Test
  void pageOfAPartitionThatMayHaveLostWritesSaysSoInBothDirections() {
    for (boolean reverse : new boolean[] {false, true}) {
      assertThat(node.hasLost(placed(EPOCH, A, B, C), EPOCH)).isEmpty();
      int asked = reverse ? 2 : 1;
      assertThat(scan(reverse, new KeyRange(NONE, NONE, NONE, reverse))).hasSize(2);
      List<Entry> entries = reverse ? List.of(FIVE, FOUR) : List.of(FOUR, FIVE);
      Records page = new Records(entries, null);
      assertThat(node.ownAnswers(asked, page)).isEmpty();
      ScanPage scanned = answered(node.rangeReply(reverse ? B : C, asked, page));
      assertThat(scanned.potentiallyStale()).as("reverse: %s", reverse).isTrue();
      assertThat(scanned.cursor()).isEmpty();
      assertThat(scanned.entries())
          .extracting(entry -> entry.key()[0])
          .isEqualTo(entries.stream().map(entry -> entry.key().bytes()[0]).toList());
    }
  }

  @Test
  void pageIsInDoubtForThePartitionsThatItReads() {
    assertThat(IntStream.range(0, 8).filter(each -> ScanOperation.isRead(each, 2, 5, false)))
        .containsExactly(2, 3, 4);
    assertThat(IntStream.range(0, 8).filter(each -> ScanOperation.isRead(each, 5, 2, true)))
        .containsExactly(3, 4, 5);
    assertThat(IntStream.range(0, 8).filter(each -> ScanOperation.isRead(each, 1, -1, true)))
        .containsExactly(0, 1);
  }

  @Test
  void noReplicaIsAskedWhereNoKeyCanBe() {
    byte[] five = {5};
    for (boolean reverse : new boolean[] {false, true}) {
      ScanPage page = answered(scan(reverse, new KeyRange(NONE, five, five, reverse)));
      assertThat(page.entries()).isEmpty();
      assertThat(page.cursor()).isEmpty();
      assertThat(page.potentiallyStale()).isFalse();
    }
    assertThat(node.isIdle()).isTrue();
  }
}
