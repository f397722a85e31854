package io.quorate.sim.cluster;

import io.quorate.model.NodeId;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sees to it that a read which repairs everyone keeps its word: when it is answered, every replica
 * that it names holds what it returns, or something newer, durably; but for one that took away what
 * it had of the key's partition meanwhile, since something in it could not be read, or since it had
 * been moved away: that one counts no more.
 */
final class RepairWatch {
  private static final String NAME = "repairs";

  private final BiFunction<List<NodeId>, String, Map<NodeId, Optional<Record>>> durable;

  /** How often nodes let go of a key, so far; see {@link LetGo}. */
  private final Function<String, Map<NodeId, Integer>> letGo;

  /**
   * @param durable what nodes hold under a key, as far as their disks are there
   */
  RepairWatch(
      BiFunction<List<NodeId>, String, Map<NodeId, Optional<Record>>> durable,
      Function<String, Map<NodeId, Integer>> letGo) {
    this.durable = durable;
    this.letGo = letGo;
  }

  /** A read begins; gives what is to be told when it ends. */
  Consumer<Call> begins(String key) {
    Map<NodeId, Integer> before = letGo.apply(key);
    return call -> ends(call, key, before);
  }

  private void ends(Call call, String key, Map<NodeId, Integer> letGoBefore) {
    if (call.attempt() == null
        || call.attempt().repair() != ReadRepair.Mode.EVERYONE
        || !(call.outcome() instanceof Outcome.Read read)
        || read.live() == null) {
      return; // what was deleted may have been purged since
    }
    Version returned = read.live().version();
    Map<NodeId, Integer> letGoNow = letGo.apply(key);
    durable
        .apply(read.info().replicas(), key)
        .forEach(
            (replica, held) -> {
              boolean hasLetGo = !Objects.equals(letGoBefore.get(replica), letGoNow.get(replica));
              boolean behind = held.isEmpty() || returned.isAfter(held.get().version());
              if (behind && !hasLetGo) {
                throw new PromiseBroken(
                    NAME,
                    "a read of %s that repairs everyone returned %s, and %s holds %s"
                        .formatted(key, returned, replica, held));
              }
            });
  }
}
