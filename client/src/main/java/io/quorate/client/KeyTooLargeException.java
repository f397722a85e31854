package io.quorate.client;

/**
 * A key of a tenant with model COUNTERS, SETS or MAPS would have more bytes, or more clients that
 * are remembered, than a key may have. Nothing was applied. Spread what is counted or kept over
 * several keys. Programs that run for a moment only, each with a client of its own, meet this after
 * about a thousand updates of one key within an hour or two.
 */
public final class KeyTooLargeException extends QuorateException {
  public KeyTooLargeException(String message, FailureInfo info) {
    super(message, info, null);
  }
}
