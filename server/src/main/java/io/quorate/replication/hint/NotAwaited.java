package io.quorate.replication.hint;

import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;

/** For changes that are made once more after a restart, if the disk does not take them now. */
enum NotAwaited implements PutCallback {
  INSTANCE;

  @Override
  public void stored() {}

  @Override
  public void failed(StorageFault fault) {}
}
