package io.quorate.cli.transfer;

/** A record of an input file cannot be stored; the reason says why, for the user who wrote it. */
final class BadRecordException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  BadRecordException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
