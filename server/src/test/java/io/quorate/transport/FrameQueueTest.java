package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.transport.codec.OutcomeCodec;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.PeerCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
  private final FrameQueue queue = new FrameQueue();

  /** Of one that is full, and of one that could be filled further, alike. */
  @Test
  void whatIsAppendedAsAFrameIsSentIsInThatFrameAndNotCountedAsWaiting() {
    for (int i = 0; i <= PeerCodec.FRAME_MESSAGES_MAX; i++) {
      append(queue.tail());
    }
    long waiting = queue.bytes();
    List<Integer> lengths = new ArrayList<>();
    while (!queue.isEmpty()) {
      long before = queue.bytes();
      queue.sendFirst(
          FrameQueueTest::append,
          frame -> {
            lengths.add(frame.length());
            assertThat(before - queue.bytes()).isEqualTo(frame.length() - 2);
          });
    }
    assertThat(lengths).hasSize(2);
    assertThat(lengths.stream().mapToInt(Integer::intValue).sum()).isEqualTo(waiting + 2 * 2);
    assertThat(queue.bytes()).isZero();
  }

  /** Appends two bytes. */
  private static void append(WireWriter frame) {
    OutcomeCodec.addDraining(frame, true);
  }
}
