package io.quorate.cluster;

import io.quorate.placement.HintOverflow;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantLimits;
import org.jspecify.annotations.Nullable;

/**
 * What a command says of a tenant; what is null stays as it is, or as it is for a tenant of which
 * nothing is said.
 *
 * @param defaultTtlMillis 0 if values do not expire
 * @param operationsPerSecond 0: no limit
 * @param bytesPerSecond 0: no limit
 */
public record TenantSettings(
    @Nullable Level readLevel,
    @Nullable Level writeLevel,
    @Nullable Long defaultTtlMillis,
    @Nullable ReadRepair readRepair,
    @Nullable Long operationsPerSecond,
    @Nullable Long bytesPerSecond,
    @Nullable HintOverflow hintOverflow) {

  /** Nothing but levels and how long values live. */
  public TenantSettings(
      @Nullable Level readLevel, @Nullable Level writeLevel, @Nullable Long defaultTtlMillis) {
    this(readLevel, writeLevel, defaultTtlMillis, null, null, null, null);
  }

  /** The tenant with these settings. */
  Tenant applyTo(Tenant known) {
    TenantLimits limits = known.limits();
    return new Tenant(
        known.id(),
        known.name(),
        known.replication(),
        orElse(readLevel, known.readLevel()),
        orElse(writeLevel, known.writeLevel()),
        orElse(defaultTtlMillis, known.defaultTtlMillis()),
        orElse(readRepair, known.readRepair()),
        new TenantLimits(
            orElse(operationsPerSecond, limits.operationsPerSecond()),
            orElse(bytesPerSecond, limits.bytesPerSecond()),
            orElse(hintOverflow, limits.hintOverflow())),
        known.model());
  }

  private static <T> T orElse(@Nullable T said, T known) {
    return said == null ? known : said;
  }
}
