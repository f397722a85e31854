package io.quorate.version;

/**
 * Who updates keys of fields that are merged: a client, for some time
 * (docs/design/crdts.md#writer).
 *
 * @param openedHlc the highest hybrid time that the client had heard when it opened the writer
 * @param id drawn at random
 */
public record Writer(long openedHlc, long id) implements Comparable<Writer> {
  /** Whether it was opened up to a hybrid time. */
  boolean isUpTo(long hlc) {
    return Long.compareUnsigned(openedHlc, hlc) <= 0;
  }

  /** By when they were opened. */
  @Override
  public int compareTo(Writer other) {
    int byTime = Long.compareUnsigned(openedHlc, other.openedHlc);
    return byTime != 0 ? byTime : Long.compareUnsigned(id, other.id);
  }

  @Override
  public String toString() {
    return Hlc.toString(openedHlc) + "#" + Long.toHexString(id);
  }
}
