package io.quorate.cli.transfer;

/** A record of an input file cannot be stored; the message says why, for the one who wrote it. */
final class BadRecordException extends Exception {
  private static final long serialVersionUID = 1;

  BadRecordException(String reason) {
    super(reason);
  }
}
