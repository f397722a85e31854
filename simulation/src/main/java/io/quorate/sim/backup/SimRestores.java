package io.quorate.sim.backup;

import io.quorate.cluster.Command;
import io.quorate.placement.Model;
import io.quorate.placement.Retries;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;

/**
 * Operators who restore into tenants that exist, while clients write to them and everything else
 * goes on (docs/design/backup.md#into-empty): two tenants, of which one is of another kind in some
 * runs. What becomes of each is checked by {@link io.quorate.sim.check.RestoreChecker}.
 */
public final class SimRestores {
  private static final String PLAIN = "refilled";
  private static final String OTHER = "refilled-too";

  private final TenantSettings settings;
  private final List<RestoreOperator> operators;

  /**
   * @param atOne whether one replica is enough for some writes: none may lose its disk then
   * @param changing whether nodes come and go
   */
  public SimRestores(SimCluster cluster, boolean atOne, boolean changing) {
    SimRandom random = cluster.world().random("restores");
    this.settings =
        random.pick(
            List.of(
                TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, 4_000L),
                TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE),
                TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE)));
    this.operators =
        List.of(
            new RestoreOperator(
                cluster, PLAIN, TenantSettings.NONE, false, atOne, changing, random.split("plain")),
            new RestoreOperator(
                cluster,
                OTHER,
                settings,
                settings.get(TenantSetting.MODEL) == Model.LINEARIZABLE,
                atOne,
                changing,
                random.split("other")));
  }

  /** The tenants are there once this has been heard by all nodes. */
  public List<Command.CreateTenant> tenants() {
    return List.of(
        new Command.CreateTenant(PLAIN, 3, TenantSettings.NONE),
        new Command.CreateTenant(OTHER, 3, settings));
  }

  public void start() {
    operators.forEach(RestoreOperator::start);
  }

  /** Clients end, and no more restores are begun. */
  public void stop() {
    operators.forEach(RestoreOperator::stop);
  }

  public boolean isDone() {
    return operators.stream().allMatch(RestoreOperator::isDone);
  }

  /** How often each tenant was restored, and read, in the end. */
  public List<Long> restored() {
    return operators.stream().map(RestoreOperator::restored).toList();
  }

  /** Restores once more into the tenants that have not been since. */
  public void oneMore(List<Long> before) {
    for (int i = 0; i < operators.size(); i++) {
      if (operators.get(i).restored() == before.get(i)) {
        operators.get(i).oneMore();
      }
    }
  }

  /** Checks what is on all disks when nothing happens any more. */
  public void checkAtRest() {
    operators.forEach(RestoreOperator::checkAtRest);
  }
}
