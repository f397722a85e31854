package io.quorate.cluster;

import io.quorate.placement.DroppedTenants;

/**
 * The ids that tenants were given. None is given twice, for ids are part of stored keys: a tenant
 * that has the name of one that was dropped finds nothing of it.
 *
 * @param next larger than that of any tenant there ever was
 * @param dropped those whose records are to go
 */
public record TenantIds(int next, DroppedTenants dropped) {

  /**
   * @throws IllegalArgumentException if one was dropped that was never given
   */
  public TenantIds {
    StateRules.check(next >= 1, "tenant id %d is next: they count from 1", next);
    StateRules.check(
        dropped.isEmpty() || dropped.ranges().getLast().last() < next,
        "tenants %s are dropped, and %d is the next id",
        dropped.ranges(),
        next);
  }

  /** Of a cluster in which no tenant was dropped. */
  public static TenantIds below(int next) {
    return new TenantIds(next, DroppedTenants.NONE);
  }

  boolean isGiven(int id) {
    return id >= 1 && id < next;
  }

  /** After one more was given. */
  TenantIds given() {
    return skipping(1);
  }

  /** After some more were given, perhaps, of which nothing is known. */
  TenantIds skipping(int ids) {
    return new TenantIds(Math.addExact(next, ids), dropped);
  }

  /** After the tenant with this id was dropped. */
  TenantIds without(int id) {
    return new TenantIds(next, dropped.with(id));
  }
}
