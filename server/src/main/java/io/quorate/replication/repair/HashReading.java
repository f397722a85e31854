package io.quorate.replication.repair;

import io.quorate.placement.Factor;
import io.quorate.runtime.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads and hashes all of a partition, and begins again if the partition takes another epoch
 * meanwhile: what was read before and after a step of a move, or a purge, is nobody's state. It
 * gives up after a few attempts, for a partition with much in it may move on each time.
 */
final class HashReading {
  static final int ATTEMPTS_MAX = 4;

  private final Supplier<Task> now;
  private final Peers peers;
  private final Clock clock;
  private final Consumer<FullHash.Outcome> callback;
  private int attempts;

  /**
   * What there is to read.
   *
   * @param tenants whose records are read, by factor
   */
  record Task(Peers.Place place, SortedMap<Factor, List<Integer>> tenants) {}

  /**
   * @param now says what there is to read under the epoch of now
   */
  HashReading(Supplier<Task> now, Peers peers, Clock clock, Consumer<FullHash.Outcome> callback) {
    this.now = now;
    this.peers = peers;
    this.clock = clock;
    this.callback = callback;
  }

  void begin() {
    attempts++;
    Task task = now.get();
    new FullHash(task.place(), task.tenants(), peers, clock, outcome -> ended(task, outcome))
        .readOn();
  }

  private void ended(Task task, FullHash.Outcome outcome) {
    boolean again =
        outcome instanceof FullHash.Changed
            && attempts < ATTEMPTS_MAX
            && now.get().place().epoch() != task.place().epoch();
    if (again) {
      begin();
    } else {
      callback.accept(outcome);
    }
  }
}
