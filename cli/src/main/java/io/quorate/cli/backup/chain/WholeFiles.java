package io.quorate.cli.backup.chain;

import io.quorate.cli.backup.file.DamagedException;
import io.quorate.cli.backup.file.FileEntry;
import io.quorate.cli.backup.file.Sha256;
import io.quorate.cli.backup.store.BackupStore;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses files that have another SHA-256 than their manifest says: a block can be whole and not be
 * of this backup. A file of a base is read by many threads, and is checked once.
 */
public final class WholeFiles implements FileCheck {
  private final Map<String, State> states = new ConcurrentHashMap<>();

  /** Of one file; guarded by its own monitor, so that others can be checked meanwhile. */
  private static final class State {
    private boolean isWhole;
  }

  @Override
  public void check(BackupStore store, FileEntry file) throws IOException {
    String name = store.place() + "/" + file.name();
    State state = states.computeIfAbsent(name, none -> new State());
    synchronized (state) {
      if (!state.isWhole && !Sha256.of(store, file.name()).equals(file.sha256())) {
        throw new DamagedException(name, "has another SHA-256 than the manifest says");
      }
      state.isWhole = true;
    }
  }
}
