package io.quorate.version;

/** Bytes that should be a record are not: the disk is corrupt, or a newer node wrote them. */
public final class MalformedRecordException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public MalformedRecordException(String message) {
    super(message);
  }
}
