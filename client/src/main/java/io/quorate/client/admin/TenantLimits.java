package io.quorate.client.admin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one tenant may ask of the whole cluster. Past it, requests are refused with the time after
 * which to ask again; the client waits for so long by itself, within the request's timeout.
 */
public final class TenantLimits {
  public static final TenantLimits NONE = new TenantLimits(0, 0, HintOverflow.MARK);

  private final long operationsPerSecond;
  private final long bytesPerSecond;
  private final HintOverflow hintOverflow;

  private TenantLimits(long operationsPerSecond, long bytesPerSecond, HintOverflow hintOverflow) {
    this.operationsPerSecond = operationsPerSecond;
    this.bytesPerSecond = bytesPerSecond;
    this.hintOverflow = hintOverflow;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static TenantLimits of(
      long operationsPerSecond, long bytesPerSecond, HintOverflow hintOverflow) {
    return new TenantLimits(operationsPerSecond, bytesPerSecond, hintOverflow);
  }

  /** 0: no limit. */
  public long operationsPerSecond() {
    return operationsPerSecond;
  }

  /** Of keys and values, written and read; 0: no limit. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  public HintOverflow hintOverflow() {
    return hintOverflow;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantLimits that
        && operationsPerSecond == that.operationsPerSecond
        && bytesPerSecond == that.bytesPerSecond
        && hintOverflow.equals(that.hintOverflow);
  }

  @Override
  public int hashCode() {
    return Objects.hash(operationsPerSecond, bytesPerSecond, hintOverflow);
  }

  @Override
  public String toString() {
    return "TenantLimits[operationsPerSecond="
        + operationsPerSecond
        + ", bytesPerSecond="
        + bytesPerSecond
        + ", hintOverflow="
        + hintOverflow
        + "]";
  }
}
