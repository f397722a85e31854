package io.quorate.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that one user may do, made to be asked for each operation: one look-up by tenant, then the
 * prefixes that its grants there have. What was found for a tenant is kept, so it is asked on one
 * thread.
 */
public final class Permissions {
  /** Tenants that are kept; a caller may ask about any name, and there is one of these a user. */
  private static final int KEPT_MAX = 64;

  private static final OfTenant NOTHING = new OfTenant(0, List.of());

  private final List<Grant> grants;

  /** Actions on everything, as bits. */
  private final int everywhere;

  private final Map<String, OfTenant> byTenant = new HashMap<>();

  private Permissions(List<Grant> grants) {
    this.grants = grants;
    this.everywhere = bits(grants.stream().filter(each -> isEverywhere(each)).toList());
  }

  /** To do everything. */
  public static Permissions all() {
    return new Permissions(List.of(Grant.of(Action.values())));
  }

  /** To look at the cluster: what a node needs that asks as a client does. */
  public static Permissions ofNodes() {
    return new Permissions(List.of(Grant.of(Action.MONITOR)));
  }

  /** Of a user by the rules of its cluster. */
  public static Permissions of(AccessRules rules, String user) {
    return new Permissions(List.copyOf(rules.grantsOf(user)));
  }

  private static boolean isEverywhere(Grant grant) {
    return grant.tenants().isAll() && grant.prefix().isEmpty();
  }

  private static int bits(List<Grant> grants) {
    return grants.stream().mapToInt(Grant::bits).reduce(0, (a, b) -> a | b);
  }

  /** What it is made of. */
  public List<Grant> grants() {
    return grants;
  }

  /** What is granted on one tenant, beside what is granted everywhere. */
  private record OfTenant(int whole, List<Part> parts) {
    boolean allow(int action, byte[] key) {
      if ((whole & action) != 0) {
        return true;
      }
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        if ((part.actions() & action) != 0 && part.prefix().isOf(key)) {
          return true;
        }
      }
      return false;
    }
  }

  /** What is granted on keys with a prefix. */
  private record Part(int actions, KeyPrefix prefix) {}

  /** Whether an action that is about the whole cluster is allowed; of others, on everything. */
  public boolean allow(Action action) {
    return (everywhere & action.bit()) != 0;
  }

  /** Whether an action is allowed on some part of something: it may be worth to ask on. */
  public boolean allowSomewhere(Action action) {
    return grants.stream().anyMatch(each -> each.actions().contains(action));
  }

  /** Whether anything is allowed. */
  public boolean allowAnything() {
    return !grants.isEmpty();
  }

  /** Whether it may know that there is a tenant of this name. */
  public boolean allowKnowing(String tenant) {
    return tellers().anyMatch(each -> each.tenants().matches(tenant));
  }

  /** Whether it may know which tenants there are. */
  public boolean allowKnowingAllTenants() {
    return knows().contains(TenantPattern.ALL);
  }

  /** The tenants that it may know of. */
  public Set<TenantPattern> knows() {
    return tellers().map(Grant::tenants).collect(Collectors.toUnmodifiableSet());
  }

  /** What is granted that takes knowing of tenants. */
  private Stream<Grant> tellers() {
    return grants.stream()
        .filter(
            each ->
                each.actions().stream()
                    .anyMatch(action -> action.isAboutTenants() || action == Action.MONITOR));
  }

  /**
   * Whether an action is allowed.
   *
   * @param key or what all keys begin with that it is done to; empty if it is done to all
   */
  public boolean allow(Action action, String tenant, byte[] key) {
    return allow(action) || of(tenant).allow(action.bit(), key);
  }

  /** Whether an action is allowed on a lock of this name, or on all that begin with it. */
  public boolean allowLock(byte[] name) {
    return allow(Action.LOCK)
        || grants.stream()
            .anyMatch(each -> each.actions().contains(Action.LOCK) && each.prefix().isOf(name));
  }

  private OfTenant of(String tenant) {
    if (grants.isEmpty() || !Names.isName(tenant)) {
      return NOTHING; // there is no such tenant, and the name may be long
    }
    OfTenant known = byTenant.get(tenant);
    if (known != null) {
      return known;
    }
    List<Grant> there = grants.stream().filter(each -> each.tenants().matches(tenant)).toList();
    OfTenant found =
        new OfTenant(
            bits(there.stream().filter(each -> each.prefix().isEmpty()).toList()),
            there.stream()
                .filter(each -> !each.prefix().isEmpty())
                .map(each -> new Part(each.bits(), each.prefix()))
                .toList());
    if (byTenant.size() < KEPT_MAX) {
      byTenant.put(tenant, found);
    }
    return found;
  }
}
