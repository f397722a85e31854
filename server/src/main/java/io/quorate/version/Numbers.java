package io.quorate.version;

import java.util.Arrays;

/**
 * A set of numbers, as ranges. Immutable.
 *
 * <p>Exactly these: the highest number alone would take an earlier one for known that is still
 * under way (docs/design/crdts.md#exact).
 */
final class Numbers {
  static final Numbers NONE = new Numbers(new long[0]);

  /** First and last number of each range, in order; there is a gap between each two. */
  private final long[] bounds;

  private Numbers(long[] bounds) {
    this.bounds = bounds;
  }

  /**
   * Takes over first and last numbers of ranges.
   *
   * @throws IllegalArgumentException if they are not positive, in order, and with a gap between
   */
  static Numbers ofRanges(long[] bounds) {
    long before = -1;
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] <= before + 1 || bounds[i] < 1 || bounds[i + 1] < bounds[i]) {
        throw new IllegalArgumentException("ranges of numbers " + Arrays.toString(bounds));
      }
      before = bounds[i + 1];
    }
    return bounds.length == 0 ? NONE : new Numbers(bounds);
  }

  static Numbers of(long number) {
    return new Numbers(new long[] {number, number});
  }

  boolean contains(long number) {
    int at = Arrays.binarySearch(bounds, number);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  Numbers join(Numbers other) {
    if (bounds.length == 0 || equals(other)) {
      return other;
    }
    if (other.bounds.length == 0) {
      return this;
    }
    long[] joined = new long[bounds.length + other.bounds.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < bounds.length || j < other.bounds.length) {
      boolean own = j == other.bounds.length || (i < bounds.length && bounds[i] <= other.bounds[j]);
      long first = own ? bounds[i] : other.bounds[j];
      long last = own ? bounds[i + 1] : other.bounds[j + 1];
      if (size > 0 && first <= joined[size - 1] + 1) {
        joined[size - 1] = Math.max(joined[size - 1], last);
      } else {
        joined[size++] = first;
        joined[size++] = last;
      }
      if (own) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return new Numbers(Arrays.copyOf(joined, size));
  }

  /** First and last number of each range; not to be changed. */
  long[] ranges() {
    return bounds;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Numbers that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bounds.length; i += 2) {
      text.append(text.isEmpty() ? "" : ",").append(bounds[i]);
      if (bounds[i + 1] != bounds[i]) {
        text.append('-').append(bounds[i + 1]);
      }
    }
    return text.toString();
  }
}
