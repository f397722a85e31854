package io.quorate.client.admin;

/** What a {@link Grant} allows. */
public enum Action {
  /** Read values by their keys, in tenants. */
  READ,
  /** List keys, with their values, in tenants. */
  SCAN,
  /** Write values, in tenants: puts, updates, increments. */
  WRITE,
  /** Delete values, in tenants. */
  DELETE,
  /** Take, renew, release and list locks, which belong to no tenant. */
  LOCK,
  /** Look at the cluster, its tenants, its nodes and their work. */
  MONITOR,
  /** Create and alter tenants. */
  TENANTS,
  /** Change the topology: nodes that join, leave, are replaced or given up; upgrades. */
  TOPOLOGY,
  /** Maintain nodes: hints, dead letters, repairs. */
  MAINTENANCE,
  /** List users, roles and grants. */
  AUDIT,
  /** Change users, roles and grants. */
  SECURITY
}
