package io.quorate.version;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is held of one field (docs/design/crdts.md#the-record). Immutable. Fields of which nothing
 * is held have none.
 *
 * <p>In {@link #merge} and {@link #counted}, null stands for a field of which nothing is held.
 */
sealed interface FieldState {
  /** Whether readers find something. */
  boolean isShown();

  /** The part of it that a purge up to a mark looks at; null if there is none. */
  @Nullable FieldState upTo(long mark);

  /** What a purge up to a mark leaves of it; this, if it takes nothing away. */
  @Nullable FieldState counted(long purged);

  /** Writers of whom totals are held. */
  default Collection<Writer> counting() {
    return List.of();
  }

  /**
   * All that two records have of a field.
   *
   * @param leftKnown to the record that has {@code left}
   * @param rightKnown to the other one
   */
  static @Nullable FieldState merge(
      Field.Kept kept,
      @Nullable FieldState left,
      KnownChanges leftKnown,
      @Nullable FieldState right,
      KnownChanges rightKnown) {
    return switch (kept) {
      case TOTALS ->
          Sums.merge(
              left == null ? Sums.NONE : (Sums) left, leftKnown.floor(),
              right == null ? Sums.NONE : (Sums) right, rightKnown.floor());
      case VALUES ->
          Values.merge(
              left == null ? Values.NONE : (Values) left, leftKnown,
              right == null ? Values.NONE : (Values) right, rightKnown);
      case ASSIGNMENT -> Assigned.later((Assigned) left, (Assigned) right);
    };
  }

  /**
   * Sums that only grow. What is beyond the largest number that fits stays there.
   *
   * @param up of all increments
   * @param down of all decrements
   */
  record UpDown(long up, long down) implements Comparable<UpDown> {
    static final UpDown ZERO = new UpDown(0, 0);

    private static final Comparator<UpDown> ORDER =
        Comparator.comparingLong(UpDown::up).thenComparingLong(UpDown::down);

    UpDown plus(UpDown other) {
      return new UpDown(sum(up, other.up), sum(down, other.down));
    }

    private static long sum(long one, long other) {
      return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    @Override
    public int compareTo(UpDown other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * All that one writer has counted.
   *
   * @param number of two, the one with the higher number stays
   */
  record Totals(long number, UpDown counted) implements Comparable<Totals> {
    private static final Comparator<Totals> ORDER =
        Comparator.comparingLong(Totals::number).thenComparing(Totals::counted);

    static Totals later(Totals one, Totals other) {
      return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public int compareTo(Totals other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Of a counter.
   *
   * @param base what the writers up to the record's floor have counted
   */
  record Sums(UpDown base, SortedMap<Writer, Totals> byWriter) implements FieldState {
    static final Sums NONE = new Sums(UpDown.ZERO, new TreeMap<>());

    /** The base of the higher floor has all that the other one has. */
    static @Nullable FieldState merge(Sums left, Writer leftFloor, Sums right, Writer rightFloor) {
      int order = leftFloor.compareTo(rightFloor);
      Writer floor = order >= 0 ? leftFloor : rightFloor;
      UpDown base;
      if (order == 0) {
        base = left.base.compareTo(right.base) >= 0 ? left.base : right.base;
      } else {
        base = order > 0 ? left.base : right.base;
      }
      TreeMap<Writer, Totals> merged = new TreeMap<>(left.byWriter);
      right.byWriter.forEach((writer, totals) -> merged.merge(writer, totals, Totals::later));
      merged.keySet().removeIf(writer -> writer.compareTo(floor) <= 0);
      return orNull(base, merged);
    }

    private static @Nullable Sums orNull(UpDown base, SortedMap<Writer, Totals> byWriter) {
      return base.equals(UpDown.ZERO) && byWriter.isEmpty() ? null : new Sums(base, byWriter);
    }

    UpDown all() {
      UpDown all = base;
      for (Totals totals : byWriter.values()) {
        all = all.plus(totals.counted());
      }
      return all;
    }

    @Override
    public Collection<Writer> counting() {
      return byWriter.keySet();
    }

    @Override
    public boolean isShown() {
      return true;
    }

    @Override
    public @Nullable FieldState upTo(long mark) {
      TreeMap<Writer, Totals> found = new TreeMap<>(byWriter);
      found.keySet().removeIf(writer -> !writer.isUpTo(mark));
      return orNull(base, found);
    }

    @Override
    public @Nullable FieldState counted(long purged) {
      UpDown folded = base;
      TreeMap<Writer, Totals> left = new TreeMap<>();
      for (var each : byWriter.entrySet()) {
        if (each.getKey().isUpTo(purged)) {
          folded = folded.plus(each.getValue().counted());
        } else {
          left.put(each.getKey(), each.getValue());
        }
      }
      return left.size() == byWriter.size() ? this : orNull(folded, left);
    }
  }

  /**
   * Of sets, multi-value registers and flags.
   *
   * @param additions of each value, at least one
   */
  record Values(SortedMap<byte[], SortedSet<Addition>> additions) implements FieldState {
    static final Values NONE = new Values(byValue());

    static SortedMap<byte[], SortedSet<Addition>> byValue() {
      return new TreeMap<>(Arrays::compareUnsigned);
    }

    /** Those stay that both have, or that one has and the other does not know. */
    static @Nullable FieldState merge(
        Values left, KnownChanges leftKnown, Values right, KnownChanges rightKnown) {
      SortedMap<byte[], SortedSet<Addition>> merged = byValue();
      left.addKept(merged, right, rightKnown);
      right.addKept(merged, left, leftKnown);
      return orNull(merged);
    }

    private static @Nullable Values orNull(SortedMap<byte[], SortedSet<Addition>> additions) {
      return additions.isEmpty() ? null : new Values(additions);
    }

    private void addKept(
        SortedMap<byte[], SortedSet<Addition>> merged, Values other, KnownChanges otherKnown) {
      additions.forEach(
          (value, own) -> {
            SortedSet<Addition> others = other.of(value);
            TreeSet<Addition> kept = new TreeSet<>();
            for (Addition addition : own) {
              if (others.contains(addition) || !otherKnown.contains(addition)) {
                kept.add(addition);
              }
            }
            if (!kept.isEmpty()) {
              merged.merge(value, kept, Values::both);
            }
          });
    }

    private static SortedSet<Addition> both(SortedSet<Addition> one, SortedSet<Addition> other) {
      one.addAll(other);
      return one;
    }

    SortedSet<Addition> of(byte[] value) {
      return Objects.requireNonNullElseGet(additions.get(value), TreeSet::new);
    }

    @Override
    public boolean isShown() {
      return true;
    }

    @Override
    public @Nullable FieldState upTo(long mark) {
      SortedMap<byte[], SortedSet<Addition>> found = byValue();
      additions.forEach(
          (value, all) -> {
            TreeSet<Addition> old = new TreeSet<>(all);
            old.removeIf(addition -> !addition.writer().isUpTo(mark));
            if (!old.isEmpty()) {
              found.put(value, old);
            }
          });
      return orNull(found);
    }

    @Override
    public FieldState counted(long purged) {
      return this;
    }
  }

  /**
   * Of a register.
   *
   * @param value null if it was cleared
   */
  record Assigned(long hlc, Addition change, byte @Nullable [] value) implements FieldState {
    private static final Comparator<Assigned> ORDER =
        Comparator.comparing(Assigned::hlc, Long::compareUnsigned)
            .thenComparing(Assigned::change)
            .thenComparing(Assigned::value, Comparator.nullsFirst(Arrays::compareUnsigned));

    static @Nullable Assigned later(@Nullable Assigned one, @Nullable Assigned other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return ORDER.compare(one, other) >= 0 ? one : other;
    }

    @Override
    public boolean isShown() {
      return value != null;
    }

    /** A value is not touched by purges. */
    private boolean isGoneAt(long mark) {
      return value == null && change.writer().isUpTo(mark) && Long.compareUnsigned(hlc, mark) <= 0;
    }

    @Override
    public @Nullable FieldState upTo(long mark) {
      return isGoneAt(mark) ? this : null;
    }

    @Override
    public @Nullable FieldState counted(long purged) {
      return isGoneAt(purged) ? null : this;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Assigned that
          && hlc == that.hlc
          && change.equals(that.change)
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(hlc);
    }
  }
}
