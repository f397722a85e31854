package io.quorate.replication.tree;

import io.quorate.event.Event;
import io.quorate.event.Unmetered;

/** What happens to the hash trees of a replica. */
public sealed interface TreeEvent extends Event {

  /** A rare branch was taken that answers a race. */
  @Unmetered("only simulated runs must meet each")
  enum Window implements TreeEvent {
    /** A partition was not read by a node that started: its hash tree was left by the last stop. */
    TREE_KEPT_OVER_RESTART,
    /** A hash tree lay there that was left before a crash: the partition was read instead. */
    TREE_REBUILT_AFTER_CRASH
  }
}
