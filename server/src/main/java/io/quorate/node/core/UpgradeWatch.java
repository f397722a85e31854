package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import java.util.concurrent.TimeUnit;

/** For how long some member could work at a higher version than the cluster does. On the lane. */
final class UpgradeWatch {
  private boolean open;
  private long openSinceNanos;

  void look(ClusterState state, long nowNanos) {
    boolean isOpen =
        state.members().values().stream()
            .anyMatch(member -> member.release().newest() > state.clusterVersion());
    if (isOpen && !open) {
      openSinceNanos = nowNanos;
    }
    open = isOpen;
  }

  /** At least 1 while an upgrade is not finalized, as far as this node knows; else 0. */
  long openMillis(long nowNanos) {
    return open ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(nowNanos - openSinceNanos)) : 0;
  }
}
