package io.quorate.admin;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.model.Quoted;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;

/** The restore into a tenant that goes on, as this node knows it. */
public final class RestoreUnderWay {
  private RestoreUnderWay() {}

  /**
   * Returns the command to give it up. If it is decided late, another restore that was begun
   * meanwhile goes on.
   *
   * @throws IllegalArgumentException if there is none; the message says so
   */
  public static Command.GiveUpRestore giveUp(ClusterState known, String name) {
    Tenant tenant = known.tenants().get(name);
    if (tenant == null) {
      return new Command.GiveUpRestore(name, 0); // which is refused in its own words
    }
    if (!tenant.isBeingRestored()) {
      throw new FailedPreconditionException(
          "tenant %s is not being restored: nothing was changed".formatted(Quoted.of(name)));
    }
    return new Command.GiveUpRestore(name, tenant.get(TenantSetting.RESTORING));
  }
}
