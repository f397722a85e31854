package io.quorate.version;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is held under a key whose concurrent writes are kept: its siblings, and what is known of
 * writes whose values are gone (docs/design/siblings.md). Immutable.
 *
 * <p>A write that is known and has no sibling here was overwritten or deleted. So of two sets, each
 * takes away from the other what it knows and does not have; and a set must never know of a write
 * that it did not have, or take away.
 *
 * <p>The whole set is stored and sent with each write. A new sibling alone, with what it overwrote,
 * would be too little: of each actor, the vector covers all writes up to one, so a replica that
 * merged a later write first would then refuse the earlier one.
 */
public final class SiblingSet implements MergedState<SiblingSet> {
  /** What a key without a record has. */
  public static final SiblingSet EMPTY =
      new SiblingSet(SiblingLayout.NO_FLOOR, VersionVector.EMPTY, WriteIds.NONE, new TreeMap<>());

  /** Siblings that a key may have: a put that would make more is refused. */
  public static final int SIBLINGS_MAX = 64;

  /**
   * How many ids a set keeps of writes whose values are gone, the highest ones. A write that is
   * tried again after 64 others took effect may return as a sibling.
   */
  static final int IDS_MAX = 64;

  /** All dots up to the hybrid time of this version are known: the highest that was purged. */
  private final Version floor;

  private final VersionVector vector;

  /** Of writes that were taken and have no sibling any more, and of deletions. */
  private final WriteIds gone;

  private final NavigableMap<Dot, Sibling> siblings;

  SiblingSet(
      Version floor, VersionVector vector, WriteIds gone, NavigableMap<Dot, Sibling> siblings) {
    this.floor = floor;
    this.vector = vector;
    this.gone = gone;
    this.siblings = siblings;
  }

  /**
   * Reads a record.
   *
   * @throws MalformedRecordException if it is not one of siblings
   */
  public static SiblingSet of(Record record) {
    if (record.parsed() instanceof SiblingSet set) {
      return set;
    }
    throw new MalformedRecordException("a record of fields, and not of siblings: " + record);
  }

  /** Returns this as it is stored and sent; the same sets give the same bytes. */
  @Override
  public Record toRecord() {
    return SiblingLayout.write(this);
  }

  /** All siblings, those that have expired included, in the order of their dots. */
  public Collection<Sibling> siblings() {
    return Collections.unmodifiableCollection(siblings.values());
  }

  /** The siblings that a reader finds. */
  public List<Sibling> liveAt(long wallMillis) {
    List<Sibling> live = new ArrayList<>(siblings.size());
    for (Sibling sibling : siblings.values()) {
      if (sibling.isLiveAt(wallMillis)) {
        live.add(sibling);
      }
    }
    return live;
  }

  /** What a reader of this set has seen. */
  public CausalContext context() {
    VersionVector seen = vector;
    for (Sibling sibling : siblings.values()) {
      seen = seen.with(sibling.dot());
    }
    return new CausalContext(seen, WriteIds.of(idsOf(siblings)));
  }

  private static List<WriteId> idsOf(NavigableMap<Dot, Sibling> siblings) {
    List<WriteId> ids = new ArrayList<>(siblings.size());
    for (Sibling sibling : siblings.values()) {
      ids.add(sibling.id());
    }
    return ids;
  }

  /** Whether a write was taken, be its value here or gone. */
  public boolean hasTaken(WriteId id) {
    return gone.contains(id) || find(id) != null;
  }

  /** Returns the sibling of a write; null if there is none. */
  public @Nullable Sibling find(WriteId id) {
    for (Sibling sibling : siblings.values()) {
      if (sibling.id().equals(id)) {
        return sibling;
      }
    }
    return null;
  }

  /** The highest hybrid time of any write that is known; 0 if there is none. */
  public long latest() {
    return version().hlc();
  }

  /** The highest version of any write that is known: it never falls. */
  Version version() {
    Version highest = vector.highestUpTo(Hlc.END, floor);
    return siblings.isEmpty() ? highest : Version.later(highest, siblings.lastKey().version());
  }

  /**
   * Returns this set after a write: without the siblings that the writer had seen.
   *
   * @param dot above {@link #latest}
   * @param seen by the writer
   * @param value null for a deletion
   */
  public SiblingSet write(
      Dot dot, WriteId id, CausalContext seen, byte @Nullable [] value, long expiresAtMillis) {
    TreeMap<Dot, Sibling> left = new TreeMap<>(siblings);
    left.values().removeIf(seen::covers);
    List<WriteId> ended = new ArrayList<>();
    addEnded(ended, left);
    ended.add(id);
    WriteIds ids = gone.join(seen.ids()).join(WriteIds.of(ended));
    if (value != null) {
      left.put(dot, new Sibling(dot, id, expiresAtMillis, value));
    }
    return of(floor, vector.join(seen.vector()).with(dot), ids, left);
  }

  /** Returns how many siblings there are after such a write. */
  public int countAfter(CausalContext seen) {
    int left = 1;
    for (Sibling sibling : siblings.values()) {
      left += seen.covers(sibling) ? 0 : 1;
    }
    return left;
  }

  /** Returns how many bytes of values stay beside the one of such a write. */
  public long bytesAfter(CausalContext seen) {
    long bytes = 0;
    for (Sibling sibling : siblings.values()) {
      bytes += seen.covers(sibling) ? 0 : sibling.value().length;
    }
    return bytes;
  }

  /** Returns what both know and have. */
  @Override
  public SiblingSet merge(SiblingSet other) {
    TreeMap<Dot, Sibling> merged = new TreeMap<>();
    addKept(merged, other);
    other.addKept(merged, this);
    keepFirstOfEachWrite(merged);
    List<WriteId> ended = new ArrayList<>();
    addEnded(ended, merged);
    other.addEnded(ended, merged);
    WriteIds ids = gone.join(other.gone).join(WriteIds.of(ended));
    return of(Version.later(floor, other.floor), vector.join(other.vector), ids, merged);
  }

  /** Adds the siblings of this set that another one has, too, or does not know. */
  private void addKept(NavigableMap<Dot, Sibling> merged, SiblingSet other) {
    for (Sibling sibling : siblings.values()) {
      Sibling same = other.siblings.get(sibling.dot());
      if (same != null) {
        merged.merge(sibling.dot(), sibling, SiblingSet::first);
      } else if (!other.knows(sibling.dot()) && !other.gone.contains(sibling.id())) {
        merged.put(sibling.dot(), sibling);
      }
    }
  }

  /** Adds the ids of siblings of this set that did not stay. */
  private void addEnded(List<WriteId> ended, NavigableMap<Dot, Sibling> merged) {
    for (Sibling sibling : siblings.values()) {
      Sibling stayed = merged.get(sibling.dot());
      if (stayed == null || !stayed.id().equals(sibling.id())) {
        ended.add(sibling.id());
      }
    }
  }

  /** Of two that have one dot, which only copies of one node give: the same on all replicas. */
  private static Sibling first(Sibling one, Sibling other) {
    int byId = one.id().compareTo(other.id());
    if (byId != 0) {
      return byId < 0 ? one : other;
    }
    return Arrays.compareUnsigned(one.value(), other.value()) <= 0 ? one : other;
  }

  /** A write that was coordinated twice has two dots; the lower one stays. */
  private static void keepFirstOfEachWrite(NavigableMap<Dot, Sibling> merged) {
    if (merged.size() > 1) {
      Map<WriteId, Dot> first = new HashMap<>();
      merged.values().removeIf(sibling -> first.putIfAbsent(sibling.id(), sibling.dot()) != null);
    }
  }

  private boolean knows(Dot dot) {
    return Long.compareUnsigned(dot.hlc(), floor.hlc()) <= 0 || vector.covers(dot);
  }

  /** Two writes of one dot. */
  @Override
  public boolean isInConflictWith(SiblingSet other) {
    for (Sibling sibling : siblings.values()) {
      Sibling same = other.siblings.get(sibling.dot());
      if (same != null && !same.equals(sibling)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns what counts of this set after a purge: all replicas had the same siblings of writes up
   * to then, so what is known of others from that time is one number. Null if nothing is left.
   */
  @Override
  public @Nullable SiblingSet counted(long purged) {
    if (purged == 0) {
      return this;
    }
    VersionVector known = vector.after(purged);
    TreeMap<Dot, Sibling> left = new TreeMap<>(siblings);
    boolean changed = known.size() != vector.size();
    changed |= left.values().removeIf(sibling -> isExpired(sibling, purged));
    WriteIds ids = gone.after(purged);
    changed |= ids.size() != gone.size();
    if (!changed) {
      return this;
    }
    if (left.isEmpty() && known.isEmpty() && ids.isEmpty()) {
      return null;
    }
    return new SiblingSet(vector.highestUpTo(purged, floor), known, ids, left);
  }

  private static boolean isExpired(Sibling sibling, long purged) {
    return sibling.id().isUpTo(purged) && !sibling.isLiveAt(Hlc.millis(purged));
  }

  /** Returns the siblings of writes up to a time, and nothing else; null if there are none. */
  @Override
  public @Nullable SiblingSet upTo(long mark) {
    TreeMap<Dot, Sibling> found = new TreeMap<>(siblings);
    found.values().removeIf(sibling -> !sibling.id().isUpTo(mark));
    return found.isEmpty()
        ? null
        : new SiblingSet(SiblingLayout.NO_FLOOR, VersionVector.EMPTY, WriteIds.NONE, found);
  }

  /** How many writes are known one by one whose values are gone, or actors of them. */
  int remembered() {
    return gone.size() + vector.size();
  }

  /**
   * Of ids, those that have no sibling are kept, the highest first: whether a set is merged in two
   * steps or in one, the same stay.
   */
  private static SiblingSet of(
      Version floor, VersionVector vector, WriteIds ids, NavigableMap<Dot, Sibling> siblings) {
    WriteIds gone = ids;
    for (Sibling sibling : siblings.values()) {
      gone = gone.without(sibling.id());
    }
    return new SiblingSet(floor, vector, gone.highest(IDS_MAX), siblings);
  }

  Version floor() {
    return floor;
  }

  VersionVector vector() {
    return vector;
  }

  WriteIds gone() {
    return gone;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SiblingSet that
        && floor.equals(that.floor)
        && vector.equals(that.vector)
        && gone.equals(that.gone)
        && siblings.equals(that.siblings);
  }

  @Override
  public int hashCode() {
    return siblings.hashCode();
  }

  @Override
  public String toString() {
    return siblings.values() + " known " + vector + " up to " + floor;
  }
}
