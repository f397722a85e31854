package io.quorate.replication.hint;

import io.quorate.storage.StorageFault;

/** Told what became of what an operator decided; exactly one of its methods is called, once. */
public interface LettersCallback {
  /** The change is durable, for this many dead letters. */
  void settled(int letters);

  /** The disk did not take it, for one of them at least: such a letter is kept. */
  void failed(StorageFault fault);
}
