package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.KeepLocks;
import io.quorate.cluster.GroupRecovery;
import io.quorate.locks.Locks;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What locks know of the cluster, from the metadata group. */
record LockCluster(MetadataGroup group) implements Locks.Cluster {
  @Override
  public boolean hasLocks() {
    return group.state().clusterVersion() >= ClusterState.LOCKS_FROM_VERSION;
  }

  @Override
  public LockKeepers keepers() {
    return group.state().locks();
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
  public int electionTicks(Set<NodeId> voters) {
    return group.electionTicks(voters);
  }

  @Override
  public long recoveredGeneration() {
    List<GroupRecovery> recoveries = group.state().recoveries();
    return recoveries.isEmpty() ? 0 : recoveries.getLast().generation();
  }

  @Override
  public void keep(LockKeepers wanted, long deadlineNanos, Runnable done) {
    group.propose(new KeepLocks(wanted), deadlineNanos, outcome -> done.run());
  }
}
