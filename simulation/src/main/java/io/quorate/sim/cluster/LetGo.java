package io.quorate.sim.cluster;

import io.quorate.model.Key;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How often one node began to take away what it had of a partition, over all its lives: since it
 * could not read all of it, or since it is no replica of it any more.
 */
final class LetGo {
  /** By partition: all of it; only looked up. */
  private final Map<Integer, Integer> whole = new HashMap<>();

  /** What some tenants had there; only looked up. */
  private final Map<Place, Integer> ofTenants = new HashMap<>();

  private record Place(int partition, int tenant) {}

  void clearing(int partition, @Nullable Set<Integer> tenants) {
    if (tenants == null) {
      whole.merge(partition, 1, Integer::sum);
    } else {
      tenants.forEach(tenant -> ofTenants.merge(new Place(partition, tenant), 1, Integer::sum));
    }
  }

  /** How often that concerned a key. */
  int times(int partition, Key key) {
    return whole.getOrDefault(partition, 0)
        + ofTenants.getOrDefault(new Place(partition, key.tenant()), 0);
  }
}
