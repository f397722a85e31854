package io.quorate.client.admin;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Allows actions on tenants and keys, such as {@code Grant.of(Action.READ,
 * Action.SCAN).tenant("orders").prefix("eu/")}. Without a tenant it is about all of them, without a
 * prefix about all keys. {@link Action#LOCK} is about all tenants, and its prefix is that of names
 * of locks; {@link Action#MONITOR} and those after it are about all tenants and have no prefix.
 */
public final class Grant {
  /** In place of a tenant: all of them. */
  public static final String ALL_TENANTS = "*";

  private static final byte[] NO_PREFIX = {};

  private final Set<Action> actions;
  private final String tenant;
  private final byte[] prefix;

  /**
   * @param prefix not changed afterwards
   */
  private Grant(Set<Action> actions, String tenant, byte[] prefix) {
    this.actions = actions;
    this.tenant = tenant;
    this.prefix = prefix;
  }

  /** Returns a grant of these actions for all tenants and keys. */
  public static Grant of(Action first, Action... others) {
    return new Grant(
        Collections.unmodifiableSet(EnumSet.of(first, others)), ALL_TENANTS, NO_PREFIX);
  }

  /**
   * Returns a grant of these actions for all tenants and keys.
   *
   * @throws IllegalArgumentException if there is no action
   */
  public static Grant of(Collection<Action> actions) {
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("a grant has no action: give at least one");
    }
    return new Grant(Collections.unmodifiableSet(EnumSet.copyOf(actions)), ALL_TENANTS, NO_PREFIX);
  }

  /** At least one, in the order of their declaration. */
  public Set<Action> actions() {
    return actions;
  }

  /** The tenant, or a part of its name followed by {@code *}, or {@link #ALL_TENANTS}. */
  public String tenant() {
    return tenant;
  }

  /** What keys, or names of locks, begin with; empty: all. */
  public byte[] prefix() {
    return prefix.clone();
  }

  /**
   * Returns a grant of the same for one tenant, or for some.
   *
   * @param tenant its name; a part of its name followed by {@code *}; or {@link #ALL_TENANTS}
   */
  public Grant tenant(String tenant) {
    return new Grant(actions, tenant, prefix);
  }

  /**
   * Returns a grant of the same for keys that begin so.
   *
   * @param prefix at most 256 bytes in UTF-8
   */
  public Grant prefix(String prefix) {
    return new Grant(actions, tenant, prefix.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a grant of the same for keys that begin so.
   *
   * @param prefix at most 256 bytes
   */
  public Grant prefix(byte[] prefix) {
    return new Grant(actions, tenant, prefix.clone());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Grant that
        && actions.equals(that.actions)
        && tenant.equals(that.tenant)
        && Arrays.equals(prefix, that.prefix);
  }

  @Override
  public int hashCode() {
    return Objects.hash(actions, tenant, Arrays.hashCode(prefix));
  }

  @Override
  public String toString() {
    return "Grant[actions="
        + actions
        + ", tenant="
        + tenant
        + ", prefix=0x"
        + HexFormat.of().formatHex(prefix)
        + "]";
  }
}
