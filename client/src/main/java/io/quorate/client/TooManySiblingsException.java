package io.quorate.client;

/**
 * A key of a tenant with model SIBLINGS would have more siblings, or more bytes of them, than a key
 * may have. Nothing was applied. Read the key, and put one value in the place of all, with the
 * context of that read. A program that puts without contexts meets this after some tens of puts.
 */
public final class TooManySiblingsException extends QuorateException {
  public TooManySiblingsException(String message, FailureInfo info) {
    super(message, info, null);
  }
}
