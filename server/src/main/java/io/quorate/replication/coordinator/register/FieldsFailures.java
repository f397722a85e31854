package io.quorate.replication.coordinator.register;

import io.quorate.model.Quoted;
import io.quorate.replication.api.FieldsUpdate;
import io.quorate.version.FieldMap;

/** What is told of updates of fields of linearizable keys that are refused, or not met. */
final class FieldsFailures {
  private FieldsFailures() {}

  /** Why an update is not met, in words. */
  static String notMet(RegisterEdit.UpdateFields update, long why) {
    FieldsUpdate.Expected unmet = update.unmet(why);
    if (unmet != null) {
      String field = Quoted.of(unmet.field());
      return switch (unmet) {
        case FieldsUpdate.Absent absent -> "field %s must be absent, and is there".formatted(field);
        case FieldsUpdate.Present present ->
            "field %s must be present, and is absent".formatted(field);
        case FieldsUpdate.Value value ->
            "field %s is absent, or has another value than the condition asks for".formatted(field);
      };
    }
    if (why == RegisterEdit.UpdateFields.NO_MAP) {
      return "the key has a value that is no map of fields: put, delete or read it as a value";
    } else if (why == RegisterEdit.UpdateFields.TOO_MANY) {
      return "the key would have more than %d fields".formatted(FieldMap.FIELDS_MAX);
    } else if (why == RegisterEdit.UpdateFields.TOO_LARGE) {
      return "the map of the key would have more than the %d bytes that a value may have"
          .formatted(update.bytesMax());
    }
    return "the key does not have what the condition on all of it asks for";
  }

  /** The field whose condition is not met; empty if that is not why. */
  static String fieldNotMet(RegisterEdit.UpdateFields update, long why) {
    FieldsUpdate.Expected unmet = update.unmet(why);
    return unmet == null ? "" : unmet.field();
  }
}
