package io.quorate.storage.rocks.writer;

import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.rocks.database.Faults;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.WriteBatch;

/**
 * Gathers what one lane writes during a turn, and hands it to the writer when the turn ends.
 *
 * <p>What a lane writes may rest on what it wrote before: a note of what a record replaces is of no
 * use without the note of what that one replaced. So once a turn has failed, all turns fail that
 * the lane handed in before it was told, even if there is room on the disk again; and it is told of
 * all of them in one task.
 */
public final class LaneWrites {
  private final Lane lane;
  private final GroupWriter writer;

  /**
   * What this turn has written so far; null before its first write. Lane only, as are all below.
   */
  private @Nullable Turn turn;

  /** Handed in, and not answered yet; in this order. */
  private final ArrayDeque<Turn> underWay = new ArrayDeque<>();

  /** How often the lane was told that turns have failed. */
  private int failures;

  /** Whether the lane has handed in its last write. */
  private boolean ended;

  /** Turns begun after fewer failures are refused; writer's thread only. */
  private int refusedBelow;

  public LaneWrites(Lane lane, GroupWriter writer) {
    this.lane = lane;
    this.writer = writer;
  }

  public Lane lane() {
    return lane;
  }

  /** Syncs all that was told to be durable before, unless that is done in any case. */
  public void sync(PutCallback synced) {
    if (writer.syncsEachGroup()) {
      synced.stored();
    } else {
      add(new Sync(synced));
    }
  }

  /** Changes nothing. */
  private record Sync(PutCallback callback) implements Write {
    @Override
    public void addTo(WriteBatch batch) {}

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public boolean mustBeSynced() {
      return true;
    }
  }

  public void add(Write write) {
    if (ended) {
      PutCallback callback = write.callback();
      lane.execute(() -> callback.failed(Faults.CLOSED));
      return;
    }
    if (turn == null) {
      turn = begin();
      lane.execute(this::flush);
    }
    writer.expect(write.bytes());
    turn.add(write);
  }

  /** The turn that takes writes now; null if it has none yet. */
  public @Nullable Turn open() {
    return turn;
  }

  /** A write of the turn at hand has become longer since it was added. */
  public void grew(long bytes) {
    if (turn != null) {
      writer.expect(bytes);
      turn.grew(bytes);
    }
  }

  /** Takes the last write of the lane. */
  public void addLast(Write write) {
    add(write);
    ended = true;
  }

  public Turn begin() {
    return new Turn(this, failures);
  }

  private void flush() {
    Turn gathered = turn;
    turn = null;
    if (gathered != null) {
      handIn(gathered);
    }
  }

  void handIn(Turn gathered) {
    underWay.add(gathered);
    writer.submit(gathered);
  }

  /** Tells that the oldest turns under way are durable. */
  public void stored(List<Turn> turns) {
    for (Turn each : turns) {
      underWay.remove(each);
      each.stored();
    }
  }

  /** Tells that all turns have failed, those included that callbacks hand in now. */
  public void failed(StorageFault fault) {
    while (true) {
      Turn gathered = turn;
      if (gathered != null) {
        turn = null;
        writer.expect(-gathered.bytes());
        underWay.add(gathered);
      }
      Turn next = underWay.poll();
      if (next == null) {
        failures++;
        return;
      }
      next.failed(fault);
    }
  }

  /** Tells that a turn came too late to be written. */
  public void failed(Turn late, StorageFault fault) {
    if (underWay.remove(late)) {
      late.failed(fault);
    }
  }

  /** Refuses a turn, and those that the lane hands in before it is told. Writer's thread only. */
  void refuse(Turn refused) {
    refusedBelow = refused.failures() + 1;
  }

  /** Whether the lane is told that a turn has failed, without it being tried. */
  boolean isRefused(Turn handedIn) {
    return handedIn.failures() < refusedBelow;
  }
}
