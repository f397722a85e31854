package io.quorate.client.admin;

/**
 * What one tenant may ask of the whole cluster. Past it, requests are refused with the time after
 * which to ask again; the client waits for so long by itself, within the request's timeout.
 *
 * @param operationsPerSecond 0: no limit
 * @param bytesPerSecond of keys and values, written and read; 0: no limit
 */
public record TenantLimits(
    long operationsPerSecond, long bytesPerSecond, HintOverflow hintOverflow) {
  public static final TenantLimits NONE = new TenantLimits(0, 0, HintOverflow.MARK);
}
