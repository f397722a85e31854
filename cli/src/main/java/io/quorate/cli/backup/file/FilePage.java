package io.quorate.cli.backup.file;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a partition as it is kept.
 *
 * @param records by their keys
 * @param next the key after which the next page begins; null: this is the last one
 * @param potentiallyStale whether an acknowledged write may be missing
 * @param hlc the hybrid time before it was read; 0: not known
 * @param bytes of all keys and their contents, also of those that are in the base
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FilePage(
    List<StoredRecord> records,
    byte @Nullable [] next,
    boolean potentiallyStale,
    long hlc,
    long bytes) {
  public FilePage {
    records = List.copyOf(records);
  }

  /** How many of the records have the content that the base has. */
  public long asInBase() {
    return records.stream().filter(each -> each.content() == null).count();
  }
}
