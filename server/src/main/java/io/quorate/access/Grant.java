package io.quorate.access;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Allows actions.
 *
 * @param actions at least one
 * @param tenants on which; {@link TenantPattern#ALL} of actions that are not about tenants
 * @param prefix what keys, or names of locks, begin with; {@link KeyPrefix#NONE} of actions that
 *     are about neither
 */
public record Grant(Set<Action> actions, TenantPattern tenants, KeyPrefix prefix) {
  /**
   * @throws IllegalArgumentException if an action would not be narrowed as it says
   */
  public Grant {
    actions = Action.copyOf(actions);
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("a grant without an action: name at least one");
    }
    for (Action action : actions) {
      if (!action.isAboutTenants() && !tenants.isAll()) {
        throw new IllegalArgumentException(
            "'%s' is not about a tenant, and the grant is for '%s': name no tenant (leave --tenant out)"
                .formatted(action.word(), tenants));
      }
      if (!action.hasPrefix() && !prefix.isEmpty()) {
        throw new IllegalArgumentException(
            "'%s' is not about keys, and the grant has a prefix: grant it without"
                .formatted(action.word()));
      }
    }
  }

  /** On everything. */
  public static Grant of(Action... actions) {
    return new Grant(Set.of(actions), TenantPattern.ALL, KeyPrefix.NONE);
  }

  boolean isAbout(Grant other) {
    return tenants.equals(other.tenants) && prefix.equals(other.prefix);
  }

  Grant and(Grant other) {
    EnumSet<Action> both = EnumSet.copyOf(actions);
    both.addAll(other.actions);
    return new Grant(both, tenants, prefix);
  }

  /** Without some actions; null if none is left. */
  @Nullable Grant without(Grant other) {
    EnumSet<Action> left = EnumSet.copyOf(actions);
    left.removeAll(other.actions);
    return left.isEmpty() ? null : new Grant(left, tenants, prefix);
  }

  int bits() {
    return actions.stream().mapToInt(Action::bit).sum();
  }

  @Override
  public String toString() {
    return actions.stream().map(Action::word).collect(Collectors.joining(","))
        + " on "
        + tenants
        + (prefix.isEmpty() ? "" : ", prefix " + prefix);
  }
}
