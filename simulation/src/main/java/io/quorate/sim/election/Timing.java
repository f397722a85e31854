package io.quorate.sim.election;

/** Times of both wrong models, those of the metadata group, so that costs can be compared. */
final class Timing {
  private static final long MILLIS = 1_000_000;

  /** How often a leader, or another node that is watched, must be heard. */
  static final long BEAT_NANOS = 100 * MILLIS;

  /** A node that was not heard for this long is taken for dead; as in Raft, up to twice as long. */
  static final long SILENCE_NANOS = 500 * MILLIS;

  /** A node that does not answer within this time is taken for dead. */
  static final long ANSWER_NANOS = 100 * MILLIS;

  private Timing() {}
}
