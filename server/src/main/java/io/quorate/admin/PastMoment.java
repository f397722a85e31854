package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.RefusalKind;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.version.Hlc;
import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which moments of the past there can be a cut of, as far as the clock and the settings of tenants
 * tell. Whether the replicas have kept what was replaced for that long shows when the cut is made.
 */
public final class PastMoment {
  private PastMoment() {}

  /**
   * Returns the command that begins a cut.
   *
   * @param asOf the moment, as a hybrid time
   * @param now the hybrid time
   * @throws IllegalArgumentException if there can be none; says why
   */
  public static BeginPastCut cut(
      SortedSet<String> tenants, long asOf, long now, ClusterState state) {
    if (Long.compareUnsigned(asOf, now) >= 0) {
      throw new IllegalArgumentException(
          "%s has yet to come, as this node's clock shows %s: name a moment that has passed, or none to have what is there now"
              .formatted(moment(asOf), moment(now)));
    }
    for (String name : tenants) {
      checkReaches(state.tenants().get(name), Hlc.millis(asOf), Hlc.millis(now));
    }
    return new BeginPastCut(tenants, asOf);
  }

  /** One that does not exist, or has no history, is refused by the cluster. */
  private static void checkReaches(@Nullable Tenant tenant, long asOfMillis, long nowMillis) {
    long history = tenant == null ? 0 : tenant.get(TenantSetting.HISTORY_MILLIS);
    if (tenant != null && history != 0 && asOfMillis < nowMillis - history) {
      throw new FailedPreconditionException(
          RefusalKind.BEFORE_HISTORY,
          "the history of tenant '%s' goes back to %s, and %s is before that: name a later moment. A longer history is kept from when it is set, and brings nothing back"
              .formatted(
                  tenant.name(),
                  Instant.ofEpochMilli(nowMillis - history),
                  Instant.ofEpochMilli(asOfMillis)));
    }
  }

  /** Of a time that no clock shows, the number. */
  private static String moment(long hlc) {
    return Hlc.isBeyondEnd(hlc)
        ? Hlc.toString(hlc)
        : Instant.ofEpochMilli(Hlc.millis(hlc)).toString();
  }
}
