package io.quorate.cluster;

import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantLimits;
import java.util.ArrayList;
import java.util.List;

/** What a tenant may ask for, and what it should know about what it asked for. */
final class TenantRules {
  static final int TENANTS_MAX = 4096;

  /** Replicas that a tenant has when it does not say, where there are so many nodes. */
  static final int DEFAULT_REPLICATION_FACTOR = 3;

  private static final long TTL_MILLIS_MAX = 100L * 365 * 24 * 60 * 60 * 1000;

  /** Far above what any cluster does, and far below where sums of it overflow. */
  private static final long LIMIT_MAX = 1L << 50;

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
    checkTtl(tenant.name(), tenant.defaultTtlMillis());
    checkLimit(tenant.name(), "operations", tenant.limits().operationsPerSecond());
    checkLimit(tenant.name(), "bytes", tenant.limits().bytesPerSecond());
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
    if (said.defaultTtlMillis() != null) {
      checkTtl(tenant, said.defaultTtlMillis());
    }
    if (said.operationsPerSecond() != null) {
      checkLimit(tenant, "operations", said.operationsPerSecond());
    }
    if (said.bytesPerSecond() != null) {
      checkLimit(tenant, "bytes", said.bytesPerSecond());
    }
  }

  private static void checkTtl(String tenant, long ttlMillis) {
    if (ttlMillis < 0 || ttlMillis > TTL_MILLIS_MAX) {
      throw new IllegalArgumentException(
          "tenant '%s': default time to live %d ms: give 0 (values do not expire) to %d (100 years)"
              .formatted(tenant, ttlMillis, TTL_MILLIS_MAX));
    }
  }

  private static void checkLimit(String tenant, String what, long perSecond) {
    if (perSecond < 0 || perSecond > LIMIT_MAX) {
      throw new IllegalArgumentException(
          "tenant '%s': limit of %d %s per second: give 0 (no limit) to %d"
              .formatted(tenant, perSecond, what, LIMIT_MAX));
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
    TenantLimits limits = tenant.limits();
    return ("replication factor %d, reads at %s, writes at %s, default time to live %d ms, read"
            + " repair %s, at most %d operations and %d bytes per second (0: no limit), hint"
            + " overflow %s")
        .formatted(
            tenant.replication().goal(),
            tenant.readLevel(),
            tenant.writeLevel(),
            tenant.defaultTtlMillis(),
            tenant.readRepair(),
            limits.operationsPerSecond(),
            limits.bytesPerSecond(),
            limits.hintOverflow());
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
