package io.quorate.storage.rocks;

/** A value lies in the database, under an intact checksum, that this version has not written. */
final class MalformedValueException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedValueException(String message) {
    super(message);
  }
}
