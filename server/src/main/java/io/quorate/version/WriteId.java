package io.quorate.version;

/**
 * Names a write of a client in all its attempts. A record of siblings has the ids of the writes
 * that it has taken, so that it takes none twice.
 *
 * @param hlc hybrid time that the client gave the write: above all that the client had heard
 * @param session the client's session
 * @param number of the request within the session
 */
public record WriteId(long hlc, long session, long number) implements Comparable<WriteId> {
  /** Whether a purge up to a time looks at the write. */
  boolean isUpTo(long mark) {
    return Long.compareUnsigned(hlc, mark) <= 0;
  }

  @Override
  public int compareTo(WriteId that) {
    int byTime = Long.compareUnsigned(hlc, that.hlc);
    if (byTime != 0) {
      return byTime;
    }
    int bySession = Long.compareUnsigned(session, that.session);
    return bySession != 0 ? bySession : Long.compareUnsigned(number, that.number);
  }
}
