package io.quorate.storage;

/**
 * A data directory cannot be used. The message names what is wrong with it and what to do; nothing
 * on disk has been changed.
 */
public final class StorageOpenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StorageOpenException(String message) {
    super(message);
  }

  public StorageOpenException(String message, Throwable cause) {
    super(message, cause);
  }
}
