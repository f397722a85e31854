package io.quorate.storage.rocks.format;

/** A value lies in the database, under an intact checksum, that this version has not written. */
public final class MalformedValueException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedValueException(String message) {
    super(message);
  }
}
