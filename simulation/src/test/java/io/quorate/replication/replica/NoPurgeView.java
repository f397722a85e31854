package io.quorate.replication.replica;

import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import org.jspecify.annotations.Nullable;

/** What a replica asks to which all counts, see {@code io.quorate.sim.mutant.CodeMutantsTest}. */
public final class NoPurgeView {
  private NoPurgeView() {}

  /** Replaces {@link PurgeView#present(int, RecordModel, RecordHeader)}. */
  static @Nullable RecordHeader present(
      PurgeView purgeView, int partition, RecordModel model, @Nullable RecordHeader record) {
    return record;
  }
}
