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
    /** The same after a crash. */
    TREE_KEPT_OVER_CRASH,
    /** Writes have changed something since the trees were kept that were taken up. */
    TREE_CHANGES_REPLAYED,
    /** The hash tree of a partition was not there after a crash: the partition was read instead. */
    TREE_REBUILT_AFTER_CRASH,
    /** What a crash would leave of the hash tree of a partition was taken away: it may be wrong. */
    TREE_FORGOTTEN,
    /** What all trees on disk have by now was taken out of the log. */
    TREE_LOG_CUT
  }
}
