package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.placement.Cut;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this replica has of one partition at the time of a cut: what lies on the disk up to that
 * time, and in memory what something above it took the place of (docs/design/cuts.md#images). Of
 * tenants whose records have no moments it is what lies on the disk when the cut is closed, whole
 * (docs/design/cuts.md#models).
 *
 * <p>Invariant: once it is armed, of each key under which something above the time lies, what lay
 * there up to the time is in memory, be it nothing. A key of which that is not so had something
 * above the time before; what lay there up to it is not known.
 */
final class PartitionCut {
  private final Cut cut;

  /** Models of the cut's tenants, as of the epoch under which it was begun: one may be dropped. */
  private final Map<Integer, RecordModel> models = new HashMap<>();

  /** What a kept record takes beside its bytes and those of its key. */
  private static final int ENTRY_BYTES = 150;

  /** By key; null: there was nothing. */
  private final Map<Key, @Nullable Record> before = new HashMap<>();

  /** Null until it is closed. */
  private RecordStore.@Nullable Image image;

  /** Up to here, what was deleted was gone when it was closed. */
  private long purged;

  private long keptBytes;
  private @Nullable String whyVoid;

  /**
   * From now on what is replaced is kept.
   *
   * @param models tells the models of tenants
   */
  PartitionCut(Cut cut, IntFunction<RecordModel> models) {
    this.cut = cut;
    for (int tenant : cut.tenants()) {
      this.models.put(tenant, models.apply(tenant));
    }
  }

  /** Whether it is of this cut, at this time: it may be armed again at a later one. */
  boolean isOf(Cut other) {
    return cut.id() == other.id() && cut.time() == other.time();
  }

  long id() {
    return cut.id();
  }

  long time() {
    return cut.time();
  }

  /** Whether it is of a moment that was over when it was begun. */
  boolean isOfPast() {
    return cut.past();
  }

  boolean isOfTenant(int tenant) {
    return cut.tenants().contains(tenant);
  }

  /**
   * The model of a tenant of the cut, also if that was dropped since; {@link RecordModel#BY_FORMAT}
   * if it was not known when the cut was begun here.
   */
  RecordModel model(int tenant) {
    return models.getOrDefault(tenant, RecordModel.BY_FORMAT);
  }

  /** What a reader finds in a record, if that was written up to the time; else null. */
  @Nullable Record upToTime(@Nullable Record record) {
    Record written = record == null ? null : record.unmarked();
    return written != null && cut.covers(written.version().hlc()) ? written : null;
  }

  /** Whether a reader finds something in a record that was written above the time. */
  boolean isAboveTime(Record record) {
    Record written = record.unmarked();
    return written != null && !cut.covers(written.version().hlc());
  }

  /**
   * Whether a record is up to the time, and its image may lack it: something older lies under its
   * key, or nothing, or something above the time in whose place it may never have been.
   *
   * @param held what lies there; null for nothing
   */
  boolean lacks(RecordModel model, Key key, Record record, @Nullable Record held) {
    Record offered = upToTime(record);
    if (offered == null) {
      return false;
    }
    Record there = upToTime(held);
    Record shown = there == null ? before.get(key) : there;
    return shown == null || model.compare(shown.summary(), offered.summary()).lacks();
  }

  boolean isClosed() {
    return image != null;
  }

  /** Whether readers of the cut may be given what is here. */
  boolean isWhole() {
    return image != null && whyVoid == null;
  }

  /** Whether it still matters what takes the place of what. */
  boolean isKeeping() {
    return image == null && whyVoid == null;
  }

  boolean knows(Key key) {
    return before.containsKey(key);
  }

  /** What lay under a key up to the time, if something above it lies there. */
  @Nullable Record before(Key key) {
    return before.get(key);
  }

  /** Something above the time lies under a key from now on, and this lay there; null: nothing. */
  void keep(Key key, @Nullable Record record) {
    boolean known = before.containsKey(key);
    Record last = before.put(key, record);
    keptBytes += bytes(record) - bytes(last);
    keptBytes += known ? 0 : ENTRY_BYTES + key.bytes().length;
  }

  private static long bytes(@Nullable Record record) {
    return record == null ? 0 : record.bytes().length;
  }

  /** About what is kept takes in memory. */
  long keptBytes() {
    return keptBytes;
  }

  /**
   * What lies here now is the image.
   *
   * @param purgedUpTo as the epoch says under which it is closed
   */
  void close(RecordStore.Image now, long purgedUpTo) {
    image = now;
    purged = purgedUpTo;
  }

  /**
   * What counted, as it was closed, of a record of a model without moments. A later purge changes
   * nothing of it: the images of all replicas are of one mark.
   */
  @Nullable Record asClosed(RecordModel model, Record record, ReplicaRules rules) {
    return rules.countedInImage(model, record, purged);
  }

  /** It counts no more, and holds neither memory nor, on the disk, what was deleted since. */
  void makeVoid(String why) {
    if (whyVoid == null) {
      whyVoid = why;
    }
    end();
  }

  @Nullable String whyVoid() {
    return whyVoid;
  }

  /** Null until it is closed. */
  RecordStore.@Nullable Image image() {
    return image;
  }

  /** It is not asked for any more. */
  void end() {
    before.clear();
    keptBytes = 0;
    if (image != null) {
      image.close();
    }
  }
}
