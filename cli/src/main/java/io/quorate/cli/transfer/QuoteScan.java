package io.quorate.cli.transfer;

/** Follows the quotes of a CSV record from line to line (RFC 4180, section 2). */
final class QuoteScan {
  private State state = State.FIELD_START;

  private enum State {
    FIELD_START,
    /** In a field that began without a quote: quotes mean nothing there. */
    PLAIN,
    QUOTED,
    /**
     * After a quote in a quoted field: a second one stands for a quote, all else ends the field.
     */
    CLOSED
  }

  /**
   * Takes in one more line of the record.
   *
   * @return whether the record goes on: the line ended inside a quoted field
   */
  boolean goesOnAfter(String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      state =
          switch (state) {
            case FIELD_START -> c == '"' ? State.QUOTED : outside(c);
            case PLAIN -> outside(c);
            case QUOTED -> c == '"' ? State.CLOSED : State.QUOTED;
            case CLOSED -> c == '"' ? State.QUOTED : outside(c);
          };
    }
    return state == State.QUOTED;
  }

  private static State outside(char c) {
    return c == ',' ? State.FIELD_START : State.PLAIN;
  }
}
