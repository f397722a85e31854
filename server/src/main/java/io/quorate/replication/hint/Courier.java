package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.storage.HintStore.Hint;
import java.util.List;
import java.util.function.Consumer;

/** Brings records that this node holds to the nodes that lack them. */
public interface Courier {
  /** What became of a delivery. */
  sealed interface Outcome {
    /** The target holds the record, or a newer one. */
    Outcome DELIVERED = Plain.DELIVERED;

    /** This node holds nothing under the key any more: there is nothing to bring. */
    Outcome NOTHING_HELD = Plain.NOTHING_HELD;

    /** It was not answered in time, or could not be tried; later it may work. */
    Outcome NOT_NOW = Plain.NOT_NOW;
  }

  /** Outcomes that are told in a word. */
  enum Plain implements Outcome {
    DELIVERED,
    NOTHING_HELD,
    NOT_NOW
  }

  /**
   * Target and holder do not serve the key together any more.
   *
   * @param replicas the others that do so with the holder; none if it does not serve it itself
   */
  record Moved(List<NodeId> replicas) implements Outcome {
    public Moved {
      replicas = List.copyOf(replicas);
    }
  }

  /** The target refused the record. */
  record Declined(String reason) implements Outcome {}

  /**
   * Sends the newest record under the hint's key to the hint's target.
   *
   * @param callback called exactly once, possibly before this returns
   */
  void deliver(Hint hint, Consumer<Outcome> callback);
}
