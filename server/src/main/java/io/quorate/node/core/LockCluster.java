package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.FoundLocks;
import io.quorate.locks.Locks;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What locks know of the cluster, from the metadata group. */
record LockCluster(MetadataGroup group) implements Locks.Cluster {
  @Override
  public boolean hasLocks() {
    return group.state().clusterVersion() >= ClusterState.LOCKS_FROM_VERSION;
  }

  @Override
  public SortedSet<NodeId> founders() {
    return group.state().lockVoters();
  }

  @Override
  public Set<NodeId> voters() {
    return new TreeSet<>(group.status().voters());
  }

  @Override
  public Set<NodeId> members() {
    return group.state().members().keySet();
  }

  @Override
  public void found(Set<NodeId> voters, long deadlineNanos, Runnable done) {
    group.propose(new FoundLocks(new TreeSet<>(voters)), deadlineNanos, outcome -> done.run());
  }
}
