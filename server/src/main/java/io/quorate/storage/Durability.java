package io.quorate.storage;

import java.time.Duration;

/** When a write counts as durable. */
public sealed interface Durability {
  /** Once it was synced to the device: a power cut loses nothing acknowledged. The default. */
  record Synced() implements Durability {}

  /**
   * Once the operating system has it; it is synced at least every {@code interval}. The crash of a
   * process loses nothing, but a power cut loses what was acknowledged on this node within the last
   * interval. About records, and what is kept with them: what Raft must not forget ({@link
   * RaftStore}) and the node's identity count as durable once they are synced.
   */
  record Periodic(Duration interval) implements Durability {
    public Periodic {
      if (interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException(
            "writes cannot be synced every " + interval + "; give a positive interval");
      }
    }
  }
}
