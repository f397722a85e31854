package io.quorate.replication.hint;

import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/** Waits for the disk to let go of several dead letters, and tells once about all of them. */
final class PendingLetters {
  private final int letters;
  private final LettersCallback callback;
  private int open;
  private @Nullable StorageFault fault;

  PendingLetters(int letters, LettersCallback callback) {
    this.letters = letters;
    this.callback = callback;
    this.open = letters;
    if (letters == 0) {
      callback.settled(0);
    }
  }

  /**
   * For one of them.
   *
   * @param keep what brings it back
   */
  PutCallback each(Runnable keep) {
    return new PutCallback() {
      @Override
      public void stored() {
        end();
      }

      @Override
      public void failed(StorageFault why) {
        keep.run();
        fault = why;
        end();
      }
    };
  }

  private void end() {
    open--;
    if (open == 0) {
      if (fault == null) {
        callback.settled(letters);
      } else {
        callback.failed(fault);
      }
    }
  }
}
