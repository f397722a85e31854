package io.quorate.version;

import io.quorate.version.Dot.Actor;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Of each actor the highest hybrid time that is known of it, and so all dots of the actor up to
 * that time. Immutable.
 */
public final class VersionVector {
  static final VersionVector EMPTY = new VersionVector(new TreeMap<>());

  private final SortedMap<Actor, Long> times;

  private VersionVector(SortedMap<Actor, Long> times) {
    this.times = times;
  }

  /** Takes over the map. */
  static VersionVector of(SortedMap<Actor, Long> times) {
    return times.isEmpty() ? EMPTY : new VersionVector(times);
  }

  boolean covers(Dot dot) {
    Long known = times.get(dot.actor());
    return known != null && Long.compareUnsigned(dot.hlc(), known) <= 0;
  }

  private boolean covers(VersionVector other) {
    if (other.times.size() > times.size()) {
      return false;
    }
    for (Map.Entry<Actor, Long> each : other.times.entrySet()) {
      Long known = times.get(each.getKey());
      if (known == null || Long.compareUnsigned(each.getValue(), known) > 0) {
        return false;
      }
    }
    return true;
  }

  VersionVector with(Dot dot) {
    if (covers(dot)) {
      return this;
    }
    TreeMap<Actor, Long> more = new TreeMap<>(times);
    more.put(dot.actor(), dot.hlc());
    return new VersionVector(more);
  }

  /** The higher time of each actor. */
  VersionVector join(VersionVector other) {
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    TreeMap<Actor, Long> joined = new TreeMap<>(times);
    other.times.forEach((actor, hlc) -> joined.merge(actor, hlc, Hlc::later));
    return new VersionVector(joined);
  }

  /** Without the times up to a mark; this, if there are none. */
  VersionVector after(long mark) {
    TreeMap<Actor, Long> left = new TreeMap<>(times);
    return left.values().removeIf(hlc -> isUpTo(hlc, mark)) ? of(left) : this;
  }

  /** The highest of a version and of those of the dots up to a mark. */
  Version highestUpTo(long mark, Version other) {
    Version highest = other;
    for (Map.Entry<Actor, Long> each : times.entrySet()) {
      if (isUpTo(each.getValue(), mark)) {
        highest = Version.later(highest, new Dot(each.getValue(), each.getKey()).version());
      }
    }
    return highest;
  }

  int size() {
    return times.size();
  }

  boolean isEmpty() {
    return times.isEmpty();
  }

  SortedMap<Actor, Long> times() {
    return Collections.unmodifiableSortedMap(times);
  }

  private static boolean isUpTo(long hlc, long mark) {
    return Long.compareUnsigned(hlc, mark) <= 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VersionVector that && times.equals(that.times);
  }

  @Override
  public int hashCode() {
    return times.hashCode();
  }

  @Override
  public String toString() {
    return times.toString();
  }
}
