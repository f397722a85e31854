package io.quorate.access;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Roles that every cluster has. They cannot be changed. */
public final class BuiltInRoles {
  private static final SortedMap<String, Role> ALL = all();

  private BuiltInRoles() {}

  /** All of them, by name. */
  public static SortedMap<String, Role> byName() {
    return ALL;
  }

  private static SortedMap<String, Role> all() {
    SortedMap<String, Role> roles = new TreeMap<>();
    add(roles, "reader", Action.READ, Action.SCAN);
    add(roles, "writer", Action.READ, Action.SCAN, Action.WRITE, Action.DELETE, Action.LOCK);
    add(roles, "operator", Action.MONITOR, Action.TENANTS, Action.TOPOLOGY, Action.MAINTENANCE);
    add(roles, "auditor", Action.MONITOR, Action.AUDIT);
    add(roles, "monitor", Action.MONITOR);
    add(roles, User.ROOT, EnumSet.allOf(Action.class).toArray(Action[]::new));
    return Collections.unmodifiableSortedMap(roles);
  }

  private static void add(SortedMap<String, Role> roles, String name, Action... actions) {
    roles.put(name, new Role(name, new Grants(List.of(Grant.of(actions)))));
  }
}
