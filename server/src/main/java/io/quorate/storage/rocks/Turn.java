package io.quorate.storage.rocks;

import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import java.util.ArrayList;
import java.util.List;

/** What one turn of a lane writes. Filled on the lane, then handed to the writer for good. */
final class Turn {
  private final Lane lane;
  private final List<Write> writes = new ArrayList<>();
  private long bytes;

  Turn(Lane lane) {
    this.lane = lane;
  }

  void add(Write write) {
    writes.add(write);
    bytes += write.bytes();
  }

  Lane lane() {
    return lane;
  }

  List<Write> writes() {
    return writes;
  }

  long bytes() {
    return bytes;
  }

  /** Tells all callers; on the lane. */
  void stored() {
    for (Write write : writes) {
      PutCallback callback = write.callback();
      callback.stored();
    }
  }

  /** Tells all callers; on the lane. */
  void failed(StorageFault fault) {
    for (Write write : writes) {
      PutCallback callback = write.callback();
      callback.failed(fault);
    }
  }
}
