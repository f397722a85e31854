package io.quorate.version;

import java.util.Comparator;

/**
 * The dot of one addition of a value.
 *
 * @param number of the change, among those of its writer to the key; from 1
 */
public record Addition(Writer writer, long number) implements Comparable<Addition> {
  private static final Comparator<Addition> ORDER =
      Comparator.comparing(Addition::writer).thenComparingLong(Addition::number);

  @Override
  public int compareTo(Addition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return writer + "/" + number;
  }
}
