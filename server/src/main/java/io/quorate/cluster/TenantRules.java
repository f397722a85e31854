package io.quorate.cluster;

import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a tenant may ask for, and what it should know about what it asked for. */
final class TenantRules {
  static final int TENANTS_MAX = 4096;

  /** Replicas that a tenant has by default, where there are enough nodes. */
  static final int DEFAULT_REPLICATION_FACTOR = 3;

  private TenantRules() {}

  /**
   * Checks a tenant against the length of the cluster's preference lists.
   *
   * @throws IllegalArgumentException if it has more replicas than these are long
   */
  static void checkFactor(Tenant tenant, int replicationFactorMax) {
    int replicas = tenant.replicationFactor();
    if (replicas < 1 || replicas > replicationFactorMax) {
      throw new IllegalArgumentException(
          "tenant '%s': replication factor %d: this cluster allows 1 to %d"
              .formatted(tenant.name(), replicas, replicationFactorMax));
    }
  }

  /**
   * Checks all but how many replicas a tenant has.
   *
   * @throws IllegalArgumentException if it asks for what cannot be; the message says what can
   */
  static void check(Tenant tenant) {
    Names.check("tenant", tenant.name());
    checkLevel(tenant, "read", tenant.readLevel());
    checkLevel(tenant, "write", tenant.writeLevel());
    checkValues(tenant.name(), tenant.settings());
    checkNamed(tenant);
    if (tenant.keepsSiblings() && tenant.writesOnce()) {
      throw new IllegalArgumentException(
          "tenant '%s': with model SIBLINGS, a key takes each write once as it is: leave out retries"
              .formatted(tenant.name()));
    }
  }

  /** Reads and writes that are known when they are tried again meet at QUORUM, and repair. */
  private static void checkNamed(Tenant tenant) {
    if (!tenant.namesWrites()) {
      return;
    }
    TenantSetting<?> why = tenant.writesOnce() ? TenantSetting.RETRIES : TenantSetting.MODEL;
    String with = "tenant '%s': with %s %s, ".formatted(tenant.name(), why, tenant.get(why));
    if (!tenant.readLevel().equals(Level.QUORUM) || !tenant.writeLevel().equals(Level.QUORUM)) {
      throw new IllegalArgumentException(
          with + "keys are read and written at QUORUM: leave both levels at QUORUM");
    }
    if (tenant.readRepair().mode() == ReadRepair.Mode.OFF) {
      throw new IllegalArgumentException(with + "read repair cannot be OFF: leave it at BLOCKING");
    }
  }

  /**
   * Checks that a tenant keeps what it was given when it was created.
   *
   * @throws IllegalArgumentException if it is to have another value; the message says what to do
   */
  static void checkKept(Tenant known, TenantSettings said) {
    for (TenantSetting<?> setting : said.said()) {
      Object value = said.get(setting);
      if (setting.isFixed() && !known.get(setting).equals(value)) {
        throw new IllegalArgumentException(
            "tenant '%s': %s is given when a tenant is created, and kept: create another tenant, and copy its keys"
                .formatted(known.name(), setting.name()));
      }
    }
  }

  /**
   * Checks what a command says of a tenant, as far as no state of a cluster matters.
   *
   * @param replicationFactor 0 if nothing is said of it
   * @throws IllegalArgumentException if it asks for what cannot be; the message says what can
   */
  static void check(String tenant, TenantSettings said, int replicationFactor) {
    if (replicationFactor < 0) {
      throw new IllegalArgumentException(
          "tenant '%s': replication factor %d: give at least 1"
              .formatted(tenant, replicationFactor));
    }
    checkValues(tenant, said);
  }

  private static void checkValues(String tenant, TenantSettings said) {
    for (TenantSetting<?> setting : said.said()) {
      String refusal = refusalOf(setting, said);
      if (refusal != null) {
        throw new IllegalArgumentException("tenant '%s': %s".formatted(tenant, refusal));
      }
    }
  }

  private static <T> @Nullable String refusalOf(TenantSetting<T> setting, TenantSettings said) {
    T value = said.get(setting);
    return value == null ? null : setting.refusalOf(value);
  }

  /**
   * Checks that a cluster knows what a command says of a tenant: nodes of an earlier release, which
   * may be members until the version is raised, could read neither the command nor the state.
   *
   * @throws IllegalArgumentException if it does not; the message says what to do
   */
  static void checkVersion(String tenant, TenantSettings said, int clusterVersion) {
    for (TenantSetting<?> setting : said.said()) {
      if (!setting.existsAt(clusterVersion)) {
        throw new IllegalArgumentException(
            ("tenant '%s': %s is a setting since cluster version %d, and the cluster is at version"
                    + " %d: upgrade all nodes, and finalize the upgrade with 'quorate cluster"
                    + " upgrade finalize' first")
                .formatted(tenant, setting.name(), setting.since(), clusterVersion));
      }
    }
  }

  private static void checkLevel(Tenant tenant, String which, Level level) {
    int replicas = tenant.replication().smallest(); // it has that somewhere, or is to have it
    int required = level.required(replicas);
    if (required > replicas) {
      throw new IllegalArgumentException(
          ("tenant '%s': %s level %s needs %d replicas and a key has %d, so it could never be"
                  + " reached: give ONE, QUORUM, ALL or a number from 1 to %d")
              .formatted(tenant.name(), which, level, required, replicas, replicas));
    }
  }

  /** The settings of a tenant, as a message names them. */
  static String describe(Tenant tenant) {
    StringBuilder text =
        new StringBuilder("replication factor ").append(tenant.replication().goal());
    for (TenantSetting<?> setting : TenantSetting.ALL) {
      text.append(", ").append(describe(setting, tenant));
    }
    return text.toString();
  }

  private static <T> String describe(TenantSetting<T> setting, Tenant tenant) {
    return setting.describe(tenant.get(setting));
  }

  static List<String> warnings(Tenant tenant) {
    List<String> warnings = new ArrayList<>();
    if (tenant.mayMissByDefault()) {
      warnings.add(missedWrites(tenant));
    }
    if (tenant.readRepair().mode() == ReadRepair.Mode.OFF) {
      warnings.add(
          ("tenant '%s': read repair is off, so a read may return less than one before it; what"
                  + " later reads may miss is marked potentially stale. BLOCKING rules that out")
              .formatted(tenant.name()));
    }
    return List.copyOf(warnings);
  }

  private static String missedWrites(Tenant tenant) {
    int replicas = tenant.replication().goal();
    return ("tenant '%s': a read at %s (%d of %d) may miss a write acknowledged at %s (%d of %d);"
            + " such reads are marked potentially stale. Levels that add up to more than %d"
            + " replicas, such as QUORUM and QUORUM, rule that out")
        .formatted(
            tenant.name(),
            tenant.readLevel(),
            tenant.readLevel().required(replicas),
            replicas,
            tenant.writeLevel(),
            tenant.writeLevel().required(replicas),
            replicas,
            replicas);
  }
}
