package io.quorate.placement;

import io.quorate.version.RecordModel;

/** What becomes of concurrent writes of a key. */
public enum Model {
  /** The newest version wins. */
  LAST_WRITE_WINS(RecordModel.LAST_WRITE_WINS),
  /** All are kept, until a write that has read them takes their place. */
  SIBLINGS(RecordModel.SIBLINGS);

  @SuppressWarnings("ImmutableEnumChecker") // models have no state
  private final RecordModel records;

  Model(RecordModel records) {
    this.records = records;
  }

  /** By which rules records compare and merge. */
  public RecordModel records() {
    return records;
  }
}
