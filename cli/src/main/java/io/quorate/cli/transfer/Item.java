package io.quorate.cli.transfer;

/** What one record of an input file turned out to be. */
sealed interface Item {
  /** Number of the line the record begins on, from 1. */
  long line();

  /** Number of the line it ends on; a quoted CSV field may hold line ends. */
  long lastLine();

  /** A record to be stored. */
  record Good(long line, long lastLine, Entry entry) implements Item {}

  /** A record that cannot be stored, and why. */
  record Bad(long line, long lastLine, String reason) implements Item {}

  /** A record that holds nothing to store: an empty line. */
  record Skipped(long line, long lastLine) implements Item {}
}
