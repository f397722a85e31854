package io.quorate.model;

/**
 * Names one mutating request of one client session, the same on every retry.
 *
 * @param hlc highest hybrid logical clock the session had heard when it made the request
 * @param session the client session
 * @param number number of the request within the session, from 1
 */
public record RequestId(long hlc, long session, long number) {
  /** Of requests whose sender gave none. */
  public static final RequestId NONE = new RequestId(0, 0, 0);

  @Override
  public String toString() {
    return equals(NONE) ? "-" : String.format("%016x-%d", session, number);
  }
}
