package io.quorate.replication.hint;

import io.quorate.storage.HintStore.Hint;
import java.util.function.Consumer;

/** Brings records that this node holds to the nodes that lack them. */
public interface Courier {
  /** What became of a delivery. */
  enum Outcome {
    /** The target holds the record, or a newer one. */
    DELIVERED,
    /** This node holds nothing under the key any more: there is nothing to bring. */
    NOTHING_HELD,
    /** Target and holder do not serve the partition together any more. */
    MOVED,
    /** The target refused the record. */
    REFUSED,
    /** It was not answered in time, or could not be tried; later it may work. */
    NOT_NOW
  }

  /**
   * Sends the newest record under the hint's key to the hint's target.
   *
   * @param callback called exactly once, possibly before this returns
   */
  void deliver(Hint hint, Consumer<Outcome> callback);
}
