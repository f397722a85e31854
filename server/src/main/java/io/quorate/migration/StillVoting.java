package io.quorate.migration;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Nodes whose removal waits only because they still vote, and for how long. */
final class StillVoting {
  /** Votes end soon after the partitions are gone; what lasts longer is told. */
  private static final long LASTING_NANOS = 5_000_000_000L;

  private final Consumer<MigrationEvent> events;
  private final Map<NodeId, Long> since = new TreeMap<>();

  /** Those that vote about locks alone. */
  private final Map<NodeId, Long> aboutLocksSince = new TreeMap<>();

  private final Set<NodeId> told = new TreeSet<>();

  StillVoting(Consumer<MigrationEvent> events) {
    this.events = events;
  }

  void clear() {
    since.clear();
    aboutLocksSince.clear();
    told.clear();
  }

  /**
   * Takes in all nodes whose removal waits for that.
   *
   * @param aboutLocks those of them that vote about locks alone; why others vote, the metadata
   *     group says
   */
  void look(Collection<NodeId> voting, Collection<NodeId> aboutLocks, long nowNanos) {
    since.keySet().retainAll(voting);
    aboutLocksSince.keySet().retainAll(aboutLocks);
    told.retainAll(aboutLocks);
    voting.forEach(node -> since.putIfAbsent(node, nowNanos));
    for (NodeId node : aboutLocks) {
      aboutLocksSince.putIfAbsent(node, nowNanos);
      if (nowNanos - aboutLocksSince.get(node) >= LASTING_NANOS && told.add(node)) {
        events.accept(new MigrationEvent.VotesAboutLocks(node));
      }
    }
  }

  List<Awaited> awaited(long nowNanos) {
    List<Awaited> awaited = new ArrayList<>();
    since.forEach(
        (node, from) -> {
          if (nowNanos - from >= LASTING_NANOS) {
            awaited.add(new Awaited(node, Awaited.Task.VOTE, 0, nowNanos - from));
          }
        });
    return awaited;
  }
}
