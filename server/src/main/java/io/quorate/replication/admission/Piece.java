package io.quorate.replication.admission;

import io.quorate.replication.api.Failure;

/** A request of a client, from its arrival to its end. */
abstract class Piece {
  final Seat seat;

  /** When it was begun. */
  long begunNanos;

  Piece(Seat seat) {
    this.seat = seat;
  }

  abstract long deadlineNanos();

  /** What the lane is held up by it, in plain operations; of a page only guessed. */
  abstract int cost();

  /** Bytes that it keeps in memory. */
  abstract int bytes();

  boolean isPage() {
    return false;
  }

  /** What it takes from a quota of operations. */
  int quotaOperations() {
    return 1;
  }

  abstract void begin();

  /** It is never begun. */
  abstract void refuse(Failure failure);
}
