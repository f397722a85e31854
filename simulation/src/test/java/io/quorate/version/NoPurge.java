package io.quorate.version;

import org.jspecify.annotations.Nullable;

/** Purges that take no part of a record away, see {@code io.quorate.sim.mutant.CodeMutantsTest}. */
public final class NoPurge {
  private NoPurge() {}

  /** Replaces {@link RecordModel#counted}: all of a record counts, or nothing does. */
  public static @Nullable Record allOrNothing(RecordModel model, Record held, long purged) {
    return model.counted(held, purged) == null ? null : held;
  }

  /** Replaces {@link RecordModel#reported}: all of a record is reported, or nothing is. */
  public static @Nullable RecordHeader allReported(
      RecordModel model, RecordHeader counted, long promised) {
    return model.reported(counted, promised) == null ? null : counted;
  }
}
