package io.quorate.cli.maintenance;

import io.quorate.client.admin.PartitionHash;
import io.quorate.client.admin.ReplicationFactor;
import io.quorate.client.admin.Tenant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The replication factors of some tenants. While that of a tenant is altered, partitions are on the
 * way from the former one to the next, or have come through, so both are among them.
 *
 * @param all whether every factor is wanted, of whatever tenant
 */
record WantedFactors(Set<String> factors, boolean all) {

  /** Of some tenants; two numbers while a move alters it. */
  record Factor(String now, String next) {
    @Override
    public String toString() {
      return now.equals(next) ? now : now + " to " + next;
    }
  }

  /**
   * @param name of the tenant to look at; null: all
   */
  static WantedFactors of(Collection<Tenant> tenants, @Nullable String name) {
    Set<String> factors = new TreeSet<>();
    for (Tenant tenant : tenants) {
      if (name == null || tenant.name().equals(name)) {
        factors.add(tenant.replication());
        factors.add(tenant.nextReplication());
      }
    }
    return new WantedFactors(factors, name == null);
  }

  /** Both together. */
  WantedFactors and(WantedFactors others) {
    Set<String> both = new TreeSet<>(factors);
    both.addAll(others.factors);
    return new WantedFactors(both, all || others.all);
  }

  /** Those of them for which replicas say that they hold something. */
  Set<Factor> present(Collection<PartitionHash> hashes) {
    Set<Factor> present = new LinkedHashSet<>();
    for (PartitionHash hash : hashes) {
      for (PartitionHash.OfFactor each : hash.factors()) {
        Factor factor = of(each);
        if (all || factors.contains(factor.now()) || factors.contains(factor.next())) {
          present.add(factor);
        }
      }
    }
    return present;
  }

  static Factor of(PartitionHash.OfFactor hash) {
    return new Factor(
        text(hash.factor(), hash.byRegion()), text(hash.nextFactor(), hash.nextByRegion()));
  }

  private static String text(int replicas, SortedMap<String, Integer> byRegion) {
    return byRegion.isEmpty()
        ? Integer.toString(replicas)
        : ReplicationFactor.byRegion(byRegion).toString();
  }

  /** How many first entries of a preference list are replicas, or may be: of any region, all. */
  int reach() {
    return factors.stream()
        .mapToInt(factor -> factor.contains("=") ? Integer.MAX_VALUE : Integer.parseInt(factor))
        .max()
        .orElse(0);
  }
}
