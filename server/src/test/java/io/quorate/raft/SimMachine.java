package io.quorate.raft;

import io.quorate.model.Invariant;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A state machine whose state is a digest of everything applied to it. */
final class SimMachine {
  /** Makes snapshots take several chunks. */
  private static final int STATE_BYTES = 120;

  private long index;
  private long digest = 1;

  long index() {
    return index;
  }

  long digest() {
    return digest;
  }

  void apply(Entry entry) {
    Invariant.hold(entry.index() == index + 1, "applied %s after index %d", entry, index);
    index++;
    digest = digest * 1_000_003 + entry.term() * 31 + Arrays.hashCode(entry.payload());
  }

  /** Nothing is applied up to there. */
  void skipTo(long later) {
    index = later;
  }

  byte[] state() {
    return ByteBuffer.allocate(STATE_BYTES).putLong(index).putLong(digest).array();
  }

  /** The state of a cluster just formed is empty. */
  void restore(Snapshot snapshot) {
    index = snapshot.index();
    digest = 1;
    if (snapshot.state().length > 0) {
      ByteBuffer state = ByteBuffer.wrap(snapshot.state());
      Invariant.hold(state.getLong() == index, "state of another index than %s", snapshot);
      digest = state.getLong();
    }
  }
}
