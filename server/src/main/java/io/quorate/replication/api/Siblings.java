package io.quorate.replication.api;

import io.quorate.model.Key;
import io.quorate.version.CausalContext;
import io.quorate.version.Record;
import io.quorate.version.Sibling;
import io.quorate.version.SiblingSet;
import io.quorate.version.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader finds of a key with siblings.
 *
 * @param live values that have not expired, in the order of their versions
 * @param context what the reader has seen with them, see {@link CausalContext#toBytes}
 * @param record they are from; null if another node has read it
 */
public record Siblings(List<Value> live, byte[] context, @Nullable Record record) implements Found {
  /**
   * One of them.
   *
   * @param expiresAtMillis when it ceases to exist, in milliseconds since 1970; 0: never
   * @param value not to be changed
   */
  public record Value(Version version, long expiresAtMillis, byte[] value) {
    @Override
    public String toString() {
      return version + " " + value.length + " bytes";
    }
  }

  public Siblings {
    live = List.copyOf(live);
  }

  @Override
  public int valueBytes() {
    int bytes = 0;
    for (Value each : live) {
      bytes += each.value().length;
    }
    return bytes;
  }

  @Override
  public String toString() {
    return live + " with a context of " + context.length + " bytes";
  }

  /** Returns what a reader finds in a record. */
  public static Siblings of(Key key, Record record, long wallMillis) {
    SiblingSet held = SiblingSet.of(record);
    List<Value> live = held.liveAt(wallMillis).stream().map(Siblings::value).toList();
    return new Siblings(live, held.context().toBytes(key), record);
  }

  private static Value value(Sibling sibling) {
    return new Value(sibling.dot().version(), sibling.expiresAtMillis(), sibling.value());
  }
}
