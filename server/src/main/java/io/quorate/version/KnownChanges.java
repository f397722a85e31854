package io.quorate.version;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which changes of which writers were merged: all of those up to the floor, and exactly the
 * numbered ones of each writer above it. Immutable.
 *
 * @param floor {@link #NO_FLOOR} if nothing was folded
 */
record KnownChanges(Writer floor, SortedMap<Writer, Numbers> numbers) {
  /** Lower than all writers. */
  static final Writer NO_FLOOR = new Writer(0, 0);

  static final KnownChanges NONE = new KnownChanges(NO_FLOOR, new TreeMap<>());

  KnownChanges {
    numbers = Collections.unmodifiableSortedMap(numbers);
  }

  boolean contains(Addition change) {
    return isFolded(change.writer())
        || numbers.getOrDefault(change.writer(), Numbers.NONE).contains(change.number());
  }

  boolean isFolded(Writer writer) {
    return writer.compareTo(floor) <= 0;
  }

  KnownChanges join(KnownChanges other) {
    TreeMap<Writer, Numbers> joined = new TreeMap<>(numbers);
    other.numbers.forEach((writer, more) -> joined.merge(writer, more, Numbers::join));
    return above(later(floor, other.floor), joined);
  }

  KnownChanges with(Addition change) {
    TreeMap<Writer, Numbers> joined = new TreeMap<>(numbers);
    joined.merge(change.writer(), Numbers.of(change.number()), Numbers::join);
    return new KnownChanges(floor, joined);
  }

  /** With a floor that is not below a writer. */
  KnownChanges foldedUpTo(Writer writer) {
    return writer.compareTo(floor) <= 0 ? this : above(writer, new TreeMap<>(numbers));
  }

  /** Without numbers of writers up to the floor. */
  private static KnownChanges above(Writer floor, TreeMap<Writer, Numbers> numbers) {
    numbers.headMap(floor, true).clear();
    return new KnownChanges(floor, numbers);
  }

  private static Writer later(Writer one, Writer other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
