package io.quorate.cli.backup;

/** Shows progress; called now and then by one thread. */
interface OnTurn {
  /**
   * @param total what {@link Tally#done} comes to in the end
   */
  void turn(Tally tally, long total);
}
