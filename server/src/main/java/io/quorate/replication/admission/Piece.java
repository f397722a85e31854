package io.quorate.replication.admission;

import io.quorate.replication.api.Failure;

/** A request of a client, from its arrival to its end. */
abstract class Piece {
  final Seat seat;
  final long deadlineNanos;

  /** What the lane is held up by it, in plain operations; of a page only guessed. */
  final int cost;

  /** Bytes that it keeps in memory. */
  final int bytes;

  /** When it was begun; 0: nobody measures it. */
  long begunNanos;

  Piece(Seat seat, long deadlineNanos, int cost, int bytes) {
    this.seat = seat;
    this.deadlineNanos = deadlineNanos;
    this.cost = cost;
    this.bytes = bytes;
  }

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
