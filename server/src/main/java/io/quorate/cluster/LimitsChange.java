package io.quorate.cluster;

import io.quorate.placement.HintOverflow;
import io.quorate.placement.TenantLimits;
import org.jspecify.annotations.Nullable;

/**
 * A change of a tenant's limits; what is null stays as it is, or as it is for a tenant that says
 * nothing.
 */
public record LimitsChange(
    @Nullable Long operationsPerSecond,
    @Nullable Long bytesPerSecond,
    @Nullable HintOverflow hintOverflow) {
  public static final LimitsChange NONE = new LimitsChange(null, null, null);

  TenantLimits applyTo(TenantLimits known) {
    return new TenantLimits(
        operationsPerSecond == null ? known.operationsPerSecond() : operationsPerSecond,
        bytesPerSecond == null ? known.bytesPerSecond() : bytesPerSecond,
        hintOverflow == null ? known.hintOverflow() : hintOverflow);
  }
}
