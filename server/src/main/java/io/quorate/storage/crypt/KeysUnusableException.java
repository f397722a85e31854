package io.quorate.storage.crypt;

/**
 * The values in a data directory are encrypted, and what the node was given does not open them. The
 * message says what is missing and what to do; nothing on disk has been changed.
 */
public final class KeysUnusableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  KeysUnusableException(String message) {
    super(message);
  }
}
