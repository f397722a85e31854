package io.quorate.replication.replica;

import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.version.Record;

/**
 * Questions that the safety of a replica hangs on, each answered in one place. Tests replace single
 * answers by classic mistakes and demand that it is noticed.
 */
class Rules {
  /**
   * Whether what is held has all that arrives: the merge decides, whoever brings the record, so
   * that an old one that comes late changes nothing.
   */
  boolean includes(Record held, Record arriving, Cause cause) {
    return Record.merge(held, arriving).equals(held);
  }

  /**
   * A new epoch is served only when what was begun under those before it is durable or refused: its
   * readers could miss a write that is acknowledged later (MODEL-CHECK F5).
   */
  boolean drainsBeforeServing() {
    return true;
  }
}
