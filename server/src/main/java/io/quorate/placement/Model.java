package io.quorate.placement;

import io.quorate.version.Field;
import io.quorate.version.RecordModel;
import java.nio.charset.StandardCharsets;

/** What becomes of concurrent writes of a key. */
public enum Model {
  /** The newest version wins. */
  LAST_WRITE_WINS(RecordModel.LAST_WRITE_WINS),
  /** All are kept, until a write that has read them takes their place. */
  SIBLINGS(RecordModel.SIBLINGS),
  /** They are merged: each key is a counter. */
  COUNTERS(RecordModel.CRDTS),
  /** They are merged: each key is a set of values. */
  SETS(RecordModel.CRDTS),
  /** They are merged: each key has fields of any kind, which are named. */
  MAPS(RecordModel.CRDTS),
  /** There are none: each key is a register, whose replicas agree on one change at a time. */
  LINEARIZABLE(RecordModel.REGISTERS);

  /** Bytes of the name of a field, at most. */
  public static final int FIELD_NAME_BYTES_MAX = 256;

  @SuppressWarnings("ImmutableEnumChecker") // models have no state
  private final RecordModel records;

  Model(RecordModel records) {
    this.records = records;
  }

  /** By which rules records compare and merge. */
  public RecordModel records() {
    return records;
  }

  /** Whether keys have fields, which clients change by updates. */
  public boolean mergesFields() {
    return switch (this) {
      case LAST_WRITE_WINS, SIBLINGS, LINEARIZABLE -> false;
      case COUNTERS, SETS, MAPS -> true;
    };
  }

  /** Whether its keys may have a field. */
  public boolean admits(Field field) {
    return switch (this) {
      case LAST_WRITE_WINS, SIBLINGS, LINEARIZABLE -> false;
      case COUNTERS -> field.name().isEmpty() && field.kind() == Field.Kind.COUNTER;
      case SETS -> field.name().isEmpty() && field.kind() == Field.Kind.SET;
      case MAPS ->
          !field.name().isEmpty()
              && field.name().getBytes(StandardCharsets.UTF_8).length <= FIELD_NAME_BYTES_MAX;
    };
  }

  /** Returns what fields its keys may have, as it follows "change" in a message. */
  public String admitted() {
    return switch (this) {
      case LAST_WRITE_WINS, SIBLINGS, LINEARIZABLE -> "none";
      case COUNTERS -> "the one of kind COUNTER, without a name";
      case SETS -> "the one of kind SET, without a name";
      case MAPS -> "fields with names of 1 to %d bytes".formatted(FIELD_NAME_BYTES_MAX);
    };
  }
}
