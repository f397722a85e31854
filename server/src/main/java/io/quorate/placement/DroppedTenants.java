package io.quorate.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * Ids of tenants that were dropped: what lies under them goes wherever it lies, and nothing is
 * stored there again. An id of which there is no tenant need not be among them: a node may be sent
 * records of a tenant before it learns of it, and a metadata group that was recovered may have
 * forgotten tenants, whose records stay.
 *
 * <p>Ids are given one after another, so there are never many more ranges than tenants.
 *
 * @param ranges ascending, with ids between each two of them
 */
public record DroppedTenants(List<Range> ranges) {
  /** No tenant was dropped. */
  public static final DroppedTenants NONE = new DroppedTenants(List.of());

  /**
   * Ids that follow each other.
   *
   * @param last included
   */
  public record Range(int first, int last) {
    public Range {
      if (first < 1 || last < first) {
        throw new IllegalArgumentException(
            "dropped tenants %d to %d: ids count from 1, and the lowest is the first"
                .formatted(first, last));
      }
    }
  }

  /**
   * @throws IllegalArgumentException if the ranges are not ascending, or touch
   */
  public DroppedTenants {
    ranges = List.copyOf(ranges);
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).first() - 1L <= ranges.get(i - 1).last()) {
        throw new IllegalArgumentException(
            "dropped tenants %s after %s".formatted(ranges.get(i), ranges.get(i - 1)));
      }
    }
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  public boolean contains(int id) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Range range = ranges.get(middle);
      if (id < range.first()) {
        high = middle - 1;
      } else if (id > range.last()) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** Returns these and one more. */
  public DroppedTenants with(int id) {
    if (contains(id)) {
      return this;
    }
    List<Range> next = new ArrayList<>();
    Range added = new Range(id, id);
    for (Range range : ranges) {
      if (range.last() + 1L < added.first()) {
        next.add(range);
      } else if (added.last() + 1L < range.first()) {
        next.add(added);
        added = range;
      } else {
        added =
            new Range(Math.min(added.first(), range.first()), Math.max(added.last(), range.last()));
      }
    }
    next.add(added);
    return new DroppedTenants(next);
  }
}
