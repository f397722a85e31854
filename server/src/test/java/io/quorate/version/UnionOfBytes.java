package io.quorate.version;

import io.quorate.model.NodeId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A model for tests, as different from last-write-wins as a model can be. A value is a set of
 * bytes, each with the time at which it was added or removed; a merge takes of each byte the later
 * of the two. A purge takes away the bytes that were removed, and leaves the others. Summaries tell
 * whether records are equal, and no more.
 */
public final class UnionOfBytes implements RecordModel {
  public static final RecordModel UNION = new UnionOfBytes();

  private static final int ENTRY_BYTES = 2 + Long.BYTES;

  /** What was done last to a member. */
  private record Last(long hlc, boolean removed) {
    static Last later(Last one, Last other) {
      int order = Long.compareUnsigned(one.hlc, other.hlc);
      return order > 0 || (order == 0 && one.removed) ? one : other;
    }

    boolean isUpTo(long mark) {
      return Long.compareUnsigned(hlc, mark) <= 0;
    }
  }

  private UnionOfBytes() {}

  /** A record of this model: that members were added, all with one stamp. */
  public static Record of(Version version, int... members) {
    return of(version, false, members);
  }

  /** A record of this model: that members were removed, all with one stamp. */
  public static Record without(Version version, int... members) {
    return of(version, true, members);
  }

  private static Record of(Version version, boolean removed, int... members) {
    Map<Byte, Last> lasts = new TreeMap<>();
    for (int member : members) {
      lasts.put((byte) member, new Last(version.hlc(), removed));
    }
    return of(version, lasts);
  }

  private static Record of(Version version, Map<Byte, Last> members) {
    ByteBuffer value = ByteBuffer.allocate(members.size() * ENTRY_BYTES);
    members.forEach(
        (member, last) -> value.put(member).put((byte) (last.removed ? 1 : 0)).putLong(last.hlc));
    return Record.value(version, 1, 0, value.array());
  }

  private static Map<Byte, Last> members(Record record) {
    Map<Byte, Last> members = new TreeMap<>();
    ByteBuffer value = ByteBuffer.wrap(record.copyValue());
    while (value.hasRemaining()) {
      byte member = value.get();
      boolean removed = value.get() == 1;
      members.put(member, new Last(value.getLong(), removed));
    }
    return members;
  }

  @Override
  public boolean isOf(Record record) {
    return !record.isOfSiblings();
  }

  @Override
  public Order compare(Summary one, Summary other) {
    return one.equals(other) ? Order.SAME : Order.CONCURRENT;
  }

  @Override
  public boolean reaches(Summary held, Version seen) {
    return !seen.isAfter(held.version());
  }

  @Override
  public Record merge(Record left, Record right) {
    Map<Byte, Last> merged = members(left);
    members(right).forEach((member, last) -> merged.merge(member, last, Last::later));
    return of(Version.later(left.version(), right.version()), merged);
  }

  @Override
  public boolean decidesByHeader() {
    return false;
  }

  @Override
  public boolean takesPlaceOf(RecordHeader held, Record arriving) {
    return false;
  }

  @Override
  public boolean areInConflict(Record left, Record right) {
    return false;
  }

  @Override
  public boolean hasRanks() {
    return false;
  }

  @Override
  public boolean hasMoments() {
    return false;
  }

  @Override
  public boolean stampsAgain() {
    return false;
  }

  @Override
  public boolean replaces(Version stamp, Version held) {
    return false;
  }

  @Override
  public @Nullable Record counted(Record held, long purged) {
    Predicate<Last> gone = last -> purged != 0 && last.removed && last.isUpTo(purged);
    return without(held, held.version(), gone);
  }

  /** What was done up to the promise, be it removed or added. */
  @Override
  public @Nullable RecordHeader reported(RecordHeader counted, long promised) {
    // Reports must not depend on the rest of the record, so they do not contain its stamp.
    Version none = new Version(0, 0, new NodeId(1), 0);
    return without((Record) counted, none, last -> !last.isUpTo(promised));
  }

  private static @Nullable Record without(Record record, Version version, Predicate<Last> leftOut) {
    Map<Byte, Last> members = members(record);
    if (!members.values().removeIf(leftOut) && version.equals(record.version())) {
      return record;
    }
    return members.isEmpty() ? null : of(version, members);
  }

  @Override
  public long purgeableFromMillis(RecordHeader record) {
    return members((Record) record).values().stream()
        .filter(Last::removed)
        .mapToLong(last -> Hlc.millis(last.hlc))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public boolean isWithinPromise(Record fresh, long promised) {
    return Long.compareUnsigned(fresh.version().hlc(), promised) <= 0;
  }

  @Override
  public boolean mayHandOver(long promised) {
    return promised == 0;
  }

  /** Other replicas may have purged a part of any record. */
  @Override
  public boolean isLeftover(RecordHeader kept, long purged) {
    return purged != 0;
  }

  @Override
  public @Nullable RecordHeader counted(RecordHeader held, long purged) {
    return purged == 0 ? held : counted((Record) held, purged);
  }

  @Override
  public String toString() {
    return "union of bytes";
  }
}
