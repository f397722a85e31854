package io.quorate.replication.api;

import io.quorate.version.CrdtState;
import io.quorate.version.FieldValue;
import io.quorate.version.Record;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader finds of a key whose fields are merged.
 *
 * @param values in the order of their fields, without those that have nothing
 * @param record they are from; null if another node has read it
 */
public record Fields(List<FieldValue> values, @Nullable Record record) implements Found {
  public Fields {
    values = List.copyOf(values);
  }

  /** Returns what a reader finds in a record. */
  public static Fields of(Record record) {
    return new Fields(CrdtState.of(record).values(), record);
  }

  @Override
  public int valueBytes() {
    int bytes = 0;
    for (FieldValue value : values) {
      for (FieldValue.Element element : value.elements()) {
        bytes += element.value().length;
      }
    }
    return bytes;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
