package io.quorate.version;

import java.util.Comparator;

/**
 * Who updates keys of fields that are merged: a client, for some time
 * (docs/design/crdts.md#writer).
 *
 * @param openedHlc the highest hybrid time that the client had heard when it opened the writer
 * @param id drawn at random
 */
public record Writer(long openedHlc, long id) implements Comparable<Writer> {
  private static final Comparator<Writer> ORDER =
      Comparator.comparing(Writer::openedHlc, Long::compareUnsigned)
          .thenComparing(Writer::id, Long::compareUnsigned);

  /** Whether it was opened up to a hybrid time. */
  boolean isUpTo(long hlc) {
    return Long.compareUnsigned(openedHlc, hlc) <= 0;
  }

  /** By when they were opened. */
  @Override
  public int compareTo(Writer other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return Hlc.toString(openedHlc) + "#" + Long.toHexString(id);
  }
}
