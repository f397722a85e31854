package io.quorate.storage.rocks;

import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore.PutCallback;
import org.jspecify.annotations.Nullable;

/** Gathers what one lane writes during a turn, and hands it to the writer when the turn ends. */
final class LaneWrites {
  private final Lane lane;
  private final GroupWriter writer;

  /** What this turn has written so far; null before its first write. */
  private @Nullable Turn turn;

  /** Whether the lane has handed in its last write. */
  private boolean ended;

  LaneWrites(Lane lane, GroupWriter writer) {
    this.lane = lane;
    this.writer = writer;
  }

  void add(Write write) {
    if (ended) {
      PutCallback callback = write.callback();
      lane.execute(() -> callback.failed(Faults.CLOSED));
      return;
    }
    writer.expect(write.bytes());
    if (turn == null) {
      turn = new Turn(lane);
      lane.execute(this::flush);
    }
    turn.add(write);
  }

  /** Takes the last write of the lane. */
  void addLast(Write write) {
    add(write);
    ended = true;
  }

  private void flush() {
    Turn gathered = turn;
    turn = null;
    if (gathered != null) {
      writer.submit(gathered);
    }
  }
}
