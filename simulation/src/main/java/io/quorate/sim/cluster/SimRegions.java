package io.quorate.sim.cluster;

import io.quorate.cluster.ClusterState;
import io.quorate.metadata.MetadataGroup;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.sim.check.RegionChecker.RegionView;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimWorld;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The regions of a cluster: which nodes stand there, and which regions are away. */
public final class SimRegions implements RegionView {
  private static final long LOOK_NANOS = 20_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final SimCluster cluster;
  private final SimWorld world;
  private final RegionLayout layout;

  /** Since when no message has come or gone, by region. */
  private final Map<String, Long> awaySince = new TreeMap<>();

  /** Since when each node runs, and how often it was started. */
  private final Map<SimNode, Life> lives = new LinkedHashMap<>();

  private record Life(int number, int pauses, long sinceNanos) {}

  /** The region that is lost for good; null while none is. */
  private @Nullable String lost;

  SimRegions(SimCluster cluster, RegionLayout layout) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.layout = layout;
  }

  /** Links are as long as they are between regions, and it is watched which regions are away. */
  public void begin() {
    look();
  }

  public RegionLayout layout() {
    return layout;
  }

  public List<String> names() {
    return layout.names();
  }

  public String regionOf(SimNode node) {
    return layout.regionOf(cluster.nodes().indexOf(node));
  }

  /** Returns the machines of a region that are part of the cluster. */
  public List<SimNode> in(String region) {
    return cluster.present().stream().filter(node -> regionOf(node).equals(region)).toList();
  }

  /** Returns the indexes of all machines of a region. */
  public List<Integer> indexesIn(String region) {
    List<Integer> indexes = new ArrayList<>();
    for (int index = 0; index < layout.regions().size(); index++) {
      if (layout.regionOf(index).equals(region)) {
        indexes.add(index);
      }
    }
    return indexes;
  }

  /** All nodes of a region are lost with their disks, and never come back. */
  void lose(String region) {
    lost = region;
    cluster.windows().enter("regions: region lost for good");
    in(region).forEach(SimNode::turnOff);
  }

  /** The region that is lost for good; null while none is. */
  public @Nullable String lost() {
    return lost;
  }

  private void look() {
    long now = world.nowNanos();
    for (String region : names()) {
      if (isAway(region)) {
        awaySince.putIfAbsent(region, now);
      } else {
        awaySince.remove(region);
      }
    }
    for (SimNode node : cluster.nodes()) {
      Life life = lives.get(node);
      if (!node.isUp() || node.isPaused()) {
        lives.remove(node);
      } else if (life == null || life.number != node.lives() || life.pauses != node.pauses()) {
        lives.put(node, new Life(node.lives(), node.pauses(), now));
      }
    }
    world.schedule(LOOK_NANOS, "regions", this::look);
  }

  /** Whether no node of a region hears one of another region, or is heard by it. */
  private boolean isAway(String region) {
    for (SimNode here : in(region)) {
      for (SimNode there : cluster.present()) {
        boolean apart = !here.isUp() || !there.isUp() || areApart(here, there);
        if (!regionOf(there).equals(region) && !apart) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean areApart(SimNode one, SimNode other) {
    NodeId here = one.knownId();
    NodeId there = other.knownId();
    SimNetwork network = cluster.network();
    return here == null
        || there == null
        || (network.isCut(here, there) && network.isCut(there, here));
  }

  /** Whether a region is away, and has been for as long. */
  public boolean isAway(String region, long nanos) {
    return isAway(region) && world.nowNanos() - awaySince.getOrDefault(region, NEVER) >= nanos;
  }

  /** Returns the regions that are away now. */
  public Set<String> away() {
    return new TreeSet<>(awaySince.keySet());
  }

  /** Whether a region is away though nodes of it run. */
  public boolean isCutOff(String region) {
    return isAway(region, 1) && in(region).stream().anyMatch(SimNode::isUp);
  }

  @Override
  public boolean isCutOff(NodeId node) {
    return isCutOff(cluster.network().placeOf(node));
  }

  @Override
  public boolean hasRun(NodeId node, long nanos) {
    return cluster.nodes().stream()
        .filter(each -> node.equals(each.knownId()))
        .map(lives::get)
        .anyMatch(life -> life != null && world.nowNanos() - life.sinceNanos >= nanos);
  }

  @Override
  public Set<String> awayFrom(NodeId node, String tenant, long nanos) {
    String own = cluster.network().placeOf(node);
    Set<String> away = new TreeSet<>();
    for (String region : names()) {
      if (!region.equals(own) && isAway(region, nanos) && hasReplicas(node, tenant, region)) {
        away.add(region);
      }
    }
    return away;
  }

  /** Whether a node knows that a tenant has replicas in a region, and has no others to come. */
  private boolean hasReplicas(NodeId node, String tenant, String region) {
    return cluster.nodes().stream()
        .filter(each -> node.equals(each.knownId()))
        .map(SimNode::placements)
        .map(placements -> placements == null ? null : placements.tenant(tenant))
        .anyMatch(
            known ->
                known != null
                    && known.replication().all().stream()
                        .allMatch(factor -> factor.byRegion().containsKey(region)));
  }

  @Override
  public void enters(String window) {
    cluster.windows().enter(window);
  }

  @Override
  public long nowNanos() {
    return world.nowNanos();
  }

  /** The newest state that any node knows; null if none knows one. */
  public @Nullable ClusterState newest() {
    ClusterState newest = null;
    for (SimNode node : cluster.present()) {
      MetadataGroup group = node.metadata();
      ClusterState state = group == null ? null : group.state();
      if (state != null && (newest == null || state.stateVersion() > newest.stateVersion())) {
        newest = state;
      }
    }
    return newest;
  }

  /** Returns the regions in which replicas of any tenant change now, in one partition. */
  public Set<String> changing(ClusterState state, PartitionPlacement partition) {
    Set<String> changing = new TreeSet<>();
    state.tenants().values().forEach(each -> changing.addAll(changing(state, partition, each)));
    return changing;
  }

  /** Returns the regions in which replicas of one tenant change now, in one partition. */
  public Set<String> changing(ClusterState state, PartitionPlacement partition, Tenant tenant) {
    Set<String> changing = new TreeSet<>();
    Move move = partition.move();
    if (move == null) {
      return changing;
    }
    ReplicationFactor from = tenant.replication().at(partition.alteredThrough());
    ReplicationFactor to = tenant.replication().at(move.alteredThrough());
    Set<NodeId> differing = new TreeSet<>(from.of(partition.preferenceList(), state.regions()));
    Set<NodeId> other = new TreeSet<>(to.of(move.other(), state.regions()));
    Set<NodeId> both = new TreeSet<>(differing);
    both.retainAll(other);
    differing.addAll(other);
    differing.removeAll(both);
    differing.forEach(node -> changing.add(state.regions().of(node)));
    return changing;
  }

  /** Returns the regions in which replicas change now. */
  public Set<String> changing() {
    Set<String> changing = new TreeSet<>();
    ClusterState state = newest();
    if (state != null) {
      state.partitions().forEach(each -> changing.addAll(changing(state, each)));
    }
    return changing;
  }
}
