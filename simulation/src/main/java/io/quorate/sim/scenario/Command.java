package io.quorate.sim.scenario;

/** What a scenario may say. */
@FunctionalInterface
interface Command {
  /**
   * Does it.
   *
   * @param words of the line, all but the command's own
   */
  void run(Words words);
}
