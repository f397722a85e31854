package io.quorate.storage.rocks.writer;

import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.ArrayList;
import java.util.List;

/** What one turn of a lane writes. Filled on the lane, then handed to the writer for good. */
public final class Turn {
  private final LaneWrites owner;
  private final int failures;
  private final List<Write> writes = new ArrayList<>();
  private long bytes;
  private boolean mustBeSynced;

  /**
   * @param failures how often the lane had been told that turns have failed, when it began this one
   */
  public Turn(LaneWrites owner, int failures) {
    this.owner = owner;
    this.failures = failures;
  }

  public void add(Write write) {
    writes.add(write);
    bytes += write.bytes();
    mustBeSynced |= write.mustBeSynced();
  }

  /** A write in it has become longer. */
  public void grew(long more) {
    bytes += more;
  }

  LaneWrites owner() {
    return owner;
  }

  int failures() {
    return failures;
  }

  public List<Write> writes() {
    return writes;
  }

  public long bytes() {
    return bytes;
  }

  /** Whether a write in it must be synced. */
  boolean mustBeSynced() {
    return mustBeSynced;
  }

  /** Tells all callers; on the lane. */
  public void stored() {
    for (Write write : writes) {
      PutCallback callback = write.callback();
      callback.stored();
    }
  }

  /** Tells all callers; on the lane. */
  public void failed(StorageFault fault) {
    for (Write write : writes) {
      PutCallback callback = write.callback();
      callback.failed(fault);
    }
  }
}
