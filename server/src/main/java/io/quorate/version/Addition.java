package io.quorate.version;

/**
 * The dot of one addition of a value.
 *
 * @param number of the change, among those of its writer to the key; from 1
 */
public record Addition(Writer writer, long number) implements Comparable<Addition> {
  @Override
  public int compareTo(Addition other) {
    int byWriter = writer.compareTo(other.writer);
    return byWriter != 0 ? byWriter : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return writer + "/" + number;
  }
}
