package io.quorate.placement;

/**
 * What one tenant may ask of the whole cluster, and what happens at a bound that it shares.
 *
 * @param operationsPerSecond 0: no limit
 * @param bytesPerSecond of keys and values, written and read; 0: no limit
 */
public record TenantLimits(
    long operationsPerSecond, long bytesPerSecond, HintOverflow hintOverflow) {
  public static final TenantLimits NONE = new TenantLimits(0, 0, HintOverflow.MARK);
}
