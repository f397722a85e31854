package io.quorate.metadata.bootstrap;

import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.storage.DiskMarkStore;
import io.quorate.storage.DiskMarkStore.DiskMark;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/**
 * The mark of this node's disk ({@link DiskMarks}): read when it starts, and renewed from when it
 * is part of its cluster.
 */
public final class OwnDiskMark {
  /** Told by a node whose disk has no mark yet; lower than any. */
  static final long FIRST = 1;

  private final DiskMarkStore store;
  private final LaneTime time;

  /** Durable. */
  private long latest;

  /** The highest that was given to the disk: a lower one must not come after it. */
  private long given;

  private boolean setBack;

  private long everyNanos;
  private boolean stopped;
  private Lane.@Nullable Timer timer;

  private OwnDiskMark(DiskMarkStore store, LaneTime time, DiskMark durable) {
    this.store = store;
    this.time = time;
    this.latest = Math.max(FIRST, durable.latest());
    this.given = latest;
    this.setBack = durable.setBack();
  }

  /** Reads what the disk knows of itself. Blocks. */
  public static OwnDiskMark open(DiskMarkStore store, LaneTime time) {
    return new OwnDiskMark(store, time, store.load());
  }

  /** Begins to renew the mark of this node's disk, now and then in these intervals. */
  public void start(long intervalNanos) {
    everyNanos = intervalNanos;
    renew();
  }

  private void renew() {
    if (stopped) {
      return;
    }
    // A time, so that people can read it; what matters is that it grows.
    long next = Math.max(given + 1, time.clock().wallMillis());
    given = next;
    store.save(
        new DiskMark(next, setBack),
        new PutCallback() {
          @Override
          public void stored() {
            latest = next;
          }

          @Override
          public void failed(StorageFault fault) {
            // the health of the disk tells it, and the next one may be kept
          }
        });
    timer = time.lane().schedule(everyNanos, this::renew);
  }

  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** The mark that this node's disk has for sure. */
  public long latest() {
    return latest;
  }

  /** Whether other nodes have said once that this disk was set back. */
  boolean isSetBack() {
    return setBack;
  }

  /** Keeps for all later starts that other nodes know a higher mark of this disk. */
  void noteSetBack() {
    setBack = true;
    store.save(new DiskMark(given, true), IGNORED);
  }

  private static final PutCallback IGNORED =
      new PutCallback() {
        @Override
        public void stored() {}

        @Override
        public void failed(StorageFault fault) {
          // the node ends now, and may be told the same when it starts again
        }
      };
}
