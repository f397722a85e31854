package io.quorate.version;

/** What replaces a record by another one, see {@code io.quorate.mutant.CodeMutantsTest}. */
public final class NoMerge {
  private NoMerge() {}

  /** Replaces {@link RecordModel#merge}: the record that comes second. */
  public static Record second(RecordModel model, Record first, Record second) {
    return second;
  }
}
