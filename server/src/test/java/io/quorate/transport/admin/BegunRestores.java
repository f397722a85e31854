package io.quorate.transport.admin;

import io.quorate.admin.ClusterAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.Failure;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.util.function.Consumer;

/** How tests of other packages begin a restore into a tenant that exists, without a connection. */
public final class BegunRestores {
  private BegunRestores() {}

  /**
   * Begins one at a node, as its service does.
   *
   * @param state as the node knows it
   * @param done told of the tenant once it is closed, empty, and may be restored into
   */
  public static void begin(
      ClusterAdmin admin,
      BackupPlane plane,
      Lane lane,
      Clock clock,
      ClusterState state,
      Command.CloseForRestore close,
      long deadlineNanos,
      Consumer<Tenant> done,
      Consumer<Failure> failed) {
    new RestoreIntoEmpty(admin, plane, lane, clock, close, deadlineNanos, key -> true, done, failed)
        .run(state);
  }
}
