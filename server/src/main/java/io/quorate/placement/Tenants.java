package io.quorate.placement;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of a cluster at one moment: a map by name, in the order of names, that finds a tenant
 * by its id as well. A value.
 *
 * <p>A stored key carries the id of its tenant, and each request looks it up: so that is a binary
 * search over numbers, which makes no object.
 */
public final class Tenants extends AbstractMap<String, Tenant> {
  private final Map<String, Tenant> byName;

  /** Ascending. */
  private final int[] ids;

  /** In the order of {@link #ids}. */
  private final Tenant[] byId;

  /** In the order of {@link #ids}: whether writes take effect at most once. */
  private final boolean[] once;

  private final boolean areByRegion;

  private final Set<Replication> replications;

  private final DroppedTenants dropped;

  private Tenants(Map<String, Tenant> tenants, DroppedTenants dropped) {
    // Map.copyOf would give another order in each process, and a simulation that does not replay.
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(new TreeMap<>(tenants)));
    byId =
        byName.values().stream().sorted(Comparator.comparingInt(Tenant::id)).toArray(Tenant[]::new);
    ids = Arrays.stream(byId).mapToInt(Tenant::id).toArray();
    once = new boolean[byId.length];
    for (int i = 0; i < byId.length; i++) {
      once[i] = byId[i].writesOnce();
    }
    areByRegion = byName.values().stream().anyMatch(each -> each.replication().isByRegion());
    replications = Collections.unmodifiableSet(Replication.of(byName.values()));
    this.dropped = dropped;
  }

  /** A copy, unless these are such a value already; of a cluster in which none was dropped. */
  public static Tenants of(Map<String, Tenant> byName) {
    return byName instanceof Tenants tenants ? tenants : new Tenants(byName, DroppedTenants.NONE);
  }

  /** A copy, beside the ids of those that there are no more. */
  public static Tenants of(Map<String, Tenant> byName, DroppedTenants dropped) {
    return new Tenants(byName, dropped);
  }

  /** The ids of those that there were, and whose records are to go. */
  public DroppedTenants dropped() {
    return dropped;
  }

  /** Names of the tenants with the lowest ids, which are those that were created first. */
  public Set<String> oldest(int max) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < Math.min(max, byId.length); i++) {
      names.add(byId[i].name());
    }
    return Collections.unmodifiableSet(names);
  }

  /** The tenant with this id; null if there is none. */
  public @Nullable Tenant withId(int id) {
    int at = Arrays.binarySearch(ids, id);
    return at < 0 ? null : byId[at];
  }

  /**
   * Whether each write of a tenant takes effect at most once. True also if there is no tenant with
   * this id: a replica may be sent writes of a tenant before it learns of it.
   */
  public boolean mayWriteOnce(int id) {
    int at = Arrays.binarySearch(ids, id);
    return at < 0 || once[at];
  }

  /** Whether any is replicated by region, or is to be. */
  boolean areByRegion() {
    return areByRegion;
  }

  /** The different ones that they have: found once, for each partition asks for them. */
  Set<Replication> replications() {
    return replications;
  }

  @Override
  public @Nullable Tenant get(@Nullable Object name) {
    return byName.get(name);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return byName.containsKey(name);
  }

  @Override
  public Set<String> keySet() {
    return byName.keySet();
  }

  @Override
  public Collection<Tenant> values() {
    return byName.values();
  }

  @Override
  public Set<Map.Entry<String, Tenant>> entrySet() {
    return byName.entrySet();
  }
}
