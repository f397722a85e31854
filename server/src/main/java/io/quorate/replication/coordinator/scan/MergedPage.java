package io.quorate.replication.coordinator.scan;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.replication.message.ReplicaMessage.Records;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Pages of several replicas, merged key by key.
 *
 * @param newest in the order of the range
 * @param reached all keys up to this one in that order were looked at; null if all of the range
 *     were
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MergedPage(List<RecordStore.Entry> newest, byte @Nullable [] reached) {
  /**
   * Merges what the pages have of each key.
   *
   * @param merge of two records of one key
   * @param upToTheShortest whether only as far as every page reaches, as is right
   */
  public static MergedPage of(
      Collection<Records> pages,
      KeyRange keys,
      BinaryOperator<Record> merge,
      boolean upToTheShortest) {
    byte @Nullable [] reach = null;
    for (Records page : pages) {
      Key reached = page.reached();
      if (reached != null
          && (reach == null || keys.compare(reach, reached.bytes()) > 0)
          && upToTheShortest) {
        reach = reached.bytes();
      }
    }
    TreeMap<Key, Record> newest =
        keys.reverse() ? new TreeMap<>(Comparator.reverseOrder()) : new TreeMap<>();
    for (Records page : pages) {
      for (RecordStore.Entry entry : page.entries()) {
        if (reach == null || keys.compare(entry.key().bytes(), reach) <= 0) {
          newest.merge(entry.key(), entry.record(), merge);
        }
      }
    }
    List<RecordStore.Entry> entries = new ArrayList<>(newest.size());
    newest.forEach((key, record) -> entries.add(new RecordStore.Entry(key, record)));
    return new MergedPage(entries, reach);
  }

  /**
   * Whether a replica's page goes on after the one before. Else the caller would be led on without
   * end.
   */
  public static boolean goesOn(Records page, RecordStore.Range range) {
    if (page.reached() == null) {
      return true;
    }
    byte[] reached = page.reached().bytes();
    byte[] after = range.after();
    return reached.length > 0 && (after.length == 0 || range.keys().compare(reached, after) > 0);
  }
}
