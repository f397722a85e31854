package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.replication.api.FieldsUpdate;
import io.quorate.sim.check.linear.FieldText;
import io.quorate.sim.check.linear.RegisterModel.FieldCondition;
import io.quorate.sim.check.linear.RegisterModel.UpdateFields;
import io.quorate.version.FieldMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values of linearizable keys, some of which are maps, as nodes have them and as histories do. */
final class FieldBytes {
  private FieldBytes() {}

  /** The value that a history has under a text. */
  static byte[] ofText(String text) {
    SortedMap<String, String> fields = FieldText.read(Optional.of(text));
    if (fields == null) {
      return text.getBytes(UTF_8);
    }
    TreeMap<String, byte @Nullable []> values = new TreeMap<>();
    fields.forEach((field, value) -> values.put(field, value.getBytes(UTF_8)));
    return FieldMap.EMPTY.with(values).toBytes();
  }

  /** The text that a history has for a value. */
  static String toText(byte[] value) {
    FieldMap map = FieldMap.of(value);
    if (map == null) {
      return new String(value, UTF_8);
    }
    SortedMap<String, String> fields = new TreeMap<>();
    map.fields().forEach((field, bytes) -> fields.put(field, new String(bytes, UTF_8)));
    return FieldText.write(fields);
  }

  /** An update as a node is asked for it. */
  static FieldsUpdate of(UpdateFields update) {
    List<FieldsUpdate.Expected> conditions = new ArrayList<>();
    for (FieldCondition each : update.conditions()) {
      conditions.add(
          !each.present()
              ? new FieldsUpdate.Absent(each.field())
              : each.value().isEmpty()
                  ? new FieldsUpdate.Present(each.field())
                  : new FieldsUpdate.Value(each.field(), each.value().get().getBytes(UTF_8)));
    }
    List<FieldsUpdate.Edit> edits = new ArrayList<>();
    update
        .edits()
        .forEach(
            (field, value) ->
                edits.add(
                    new FieldsUpdate.Edit(
                        field, value.map(text -> text.getBytes(UTF_8)).orElse(null))));
    return new FieldsUpdate(conditions, edits);
  }
}
