package io.quorate.placement;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements.Member;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of a cluster at one moment: a map by id, in the order of ids, that knows where they
 * stand. A value. Each request of a tenant that is replicated by region needs that, so it is made
 * once.
 */
public final class Nodes extends AbstractMap<NodeId, Member> {
  private final Map<NodeId, Member> byId;
  private final Regions regions;

  private Nodes(Map<NodeId, Member> nodes) {
    // Map.copyOf would give another order in each process, and a simulation that does not replay.
    byId = Collections.unmodifiableMap(new LinkedHashMap<>(new TreeMap<>(nodes)));
    Map<NodeId, String> places = new LinkedHashMap<>();
    byId.forEach((id, member) -> places.put(id, member.region()));
    regions = Regions.of(places);
  }

  /** A copy, unless these are such a value already. */
  public static Nodes of(Map<NodeId, Member> byId) {
    return byId instanceof Nodes nodes ? nodes : new Nodes(byId);
  }

  public Regions regions() {
    return regions;
  }

  @Override
  public @Nullable Member get(@Nullable Object id) {
    return byId.get(id);
  }

  @Override
  public boolean containsKey(@Nullable Object id) {
    return byId.containsKey(id);
  }

  @Override
  public Set<NodeId> keySet() {
    return byId.keySet();
  }

  @Override
  public Set<Map.Entry<NodeId, Member>> entrySet() {
    return byId.entrySet();
  }
}
