package io.quorate.access;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a grant allows. */
public enum Action {
  /** Read values by their keys. */
  READ(1, Scope.KEYS),
  /** List keys, with their values. */
  SCAN(2, Scope.KEYS),
  /** Write values. */
  WRITE(3, Scope.KEYS),
  /** Delete values. */
  DELETE(4, Scope.KEYS),
  /** Take, renew, release and list locks, which belong to no tenant. */
  LOCK(5, Scope.LOCKS),
  /** Look at the cluster, its tenants, its nodes and their work. */
  MONITOR(6, Scope.CLUSTER),
  /** Create and alter tenants. */
  TENANTS(7, Scope.TENANTS),
  /** Change the topology, and finalize upgrades. */
  TOPOLOGY(8, Scope.CLUSTER),
  /** Maintain nodes. */
  MAINTENANCE(9, Scope.CLUSTER),
  /** List users, roles and grants. */
  AUDIT(10, Scope.CLUSTER),
  /** Change users, roles and grants. */
  SECURITY(11, Scope.CLUSTER);

  /** What an action is done to, and so which parts of a grant narrow it. */
  enum Scope {
    /** Keys of tenants: narrowed by both. */
    KEYS,
    /** Names of locks: narrowed by the prefix. */
    LOCKS,
    /** Whole tenants: narrowed by the tenant. */
    TENANTS,
    /** The whole cluster: narrowed by nothing. */
    CLUSTER
  }

  private final int number;
  private final Scope scope;

  Action(int number, Scope scope) {
    this.number = number;
    this.scope = scope;
  }

  /** As which it is written; 1 to 31, in their order. */
  public int number() {
    return number;
  }

  /**
   * The one of this number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Action numbered(int number) {
    for (Action action : values()) {
      if (action.number == number) {
        return action;
      }
    }
    throw new IllegalArgumentException("unknown action " + number);
  }

  boolean isAboutTenants() {
    return scope == Scope.KEYS || scope == Scope.TENANTS;
  }

  boolean hasPrefix() {
    return scope == Scope.KEYS || scope == Scope.LOCKS;
  }

  /** As people write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** This one's place in sets of bits. */
  int bit() {
    return 1 << number;
  }

  static Set<Action> copyOf(Set<Action> actions) {
    return actions.isEmpty()
        ? Set.of()
        : Collections.unmodifiableSet(EnumSet.copyOf(actions)); // in their order
  }
}
