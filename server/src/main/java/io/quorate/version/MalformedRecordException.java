package io.quorate.version;

/** Bytes that should be a record are none: a corrupt disk, or a newer node's format. */
public final class MalformedRecordException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedRecordException(String message) {
    super(message);
  }
}
