package io.quorate.sim.workload;

/** What a client does, turn after turn, until it is stopped. */
interface Workload {
  /**
   * Takes one turn.
   *
   * @param done to be run once, when the turn is over; the client then thinks, and takes another
   */
  void turn(Client client, Runnable done);

  /** Everything has healed and all clients have stopped. */
  default void rests() {}
}
