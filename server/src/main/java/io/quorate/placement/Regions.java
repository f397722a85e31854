package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * In which region each node stands. No node that has replicas changes its region while a tenant is
 * replicated by region, so this says the same of replicas at all times.
 */
public final class Regions {
  /**
   * Divides nothing: all replicas of a tenant that is not replicated by region are one group,
   * wherever they stand.
   */
  public static final Regions UNDIVIDED = new Regions(Map.of());

  /** Only looked up. */
  private final Map<NodeId, String> byNode;

  private Regions(Map<NodeId, String> byNode) {
    this.byNode = byNode;
  }

  public static Regions of(Map<NodeId, String> byNode) {
    return new Regions(Collections.unmodifiableMap(new LinkedHashMap<>(byNode)));
  }

  /**
   * Returns the region of a node; an empty name if the node is not known, or nothing is divided.
   */
  public String of(NodeId node) {
    return byNode.getOrDefault(node, "");
  }

  public boolean isDivided() {
    return !byNode.isEmpty();
  }

  /** Returns replicas by the region in which they stand; all in one if nothing is divided. */
  public SortedMap<String, List<NodeId>> divide(List<NodeId> replicas) {
    SortedMap<String, List<NodeId>> divided = new TreeMap<>();
    for (NodeId replica : replicas) {
      divided.computeIfAbsent(of(replica), region -> new ArrayList<>()).add(replica);
    }
    return divided;
  }

  /** Returns how many replicas there are, in all and by region. */
  public ReplicationFactor count(List<NodeId> replicas) {
    if (!isDivided() || replicas.isEmpty()) {
      return ReplicationFactor.of(replicas.size());
    }
    SortedMap<String, Integer> counts = new TreeMap<>();
    replicas.forEach(replica -> counts.merge(of(replica), 1, Integer::sum));
    return ReplicationFactor.byRegion(counts);
  }
}
