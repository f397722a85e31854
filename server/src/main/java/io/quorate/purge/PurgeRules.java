package io.quorate.purge;

import io.quorate.model.NodeId;
import java.util.List;
import java.util.Map;

/**
 * The decisions that the safety of a purge depends on, one method each. Tests override one method
 * with a classic bug and require that the suite fails.
 */
class PurgeRules {
  /**
   * Whether replicas agree about one group of keys: every one of them has reported it, none is
   * excused, and all have reported the same. With a majority only, or while one is away, that one
   * may hold what the tombstone hides from the others (docs/design/purge.md#f8).
   *
   * @param reported by replica; without those that have not reported
   */
  boolean agree(List<NodeId> replicas, Map<NodeId, Long> reported) {
    return reported.keySet().containsAll(replicas)
        && replicas.stream().map(reported::get).distinct().count() <= 1;
  }

  /**
   * Under how many epochs of the promise, one after the other, all must be found the same
   * (docs/design/purge.md#f8).
   *
   * <p>Replicas are looked at at different moments. One that held only a newer record when it was
   * looked at may have sent an older one before, which arrives at another replica after that was
   * looked at. For that to do harm a tombstone and an older value must both be on their way like
   * this, from two replicas that hold newer ones, to others that are a quorum by themselves: so
   * with up to four replicas it cannot be. Each further look takes two replicas more for it, for
   * what an earlier epoch sent is refused.
   */
  int looks(int replicas) {
    int quorum = replicas / 2 + 1;
    return (replicas - quorum) / 2 + 1;
  }
}
