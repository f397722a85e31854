package io.quorate.replication.replica;

import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import org.jspecify.annotations.Nullable;

/** What a replica asks to which all counts, see {@code io.quorate.mutant.CodeMutantsTest}. */
public final class NoPresence {
  private NoPresence() {}

  /** In the place of {@link Presence#present(int, RecordModel, Record)}. */
  static @Nullable Record present(
      Presence presence, int partition, RecordModel model, @Nullable Record record) {
    return record;
  }
}
