package io.quorate.admin;

import io.quorate.model.NodeId;
import io.quorate.model.NodeNames;
import io.quorate.placement.Placements;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.hint.HintMaintenance;
import io.quorate.replication.repair.Comparisons;
import io.quorate.replication.tree.TenantSizes;
import io.quorate.transport.admin.MaintenanceService;
import org.jspecify.annotations.Nullable;

/** The parts of a node that {@link MaintenanceService} works on. All calls are made on the lane. */
public interface MaintenanceAdmin {
  /** Null until the node is part of a cluster. */
  @Nullable Parts parts();

  /** What there is once the node is part of a cluster. */
  record Parts(
      NodeId self,
      NodeNames names,
      Placements placements,
      HintMaintenance hints,
      Comparisons comparisons,
      TenantSizes sizes,
      BackupPlane backups,
      DrainAdmin drain) {}
}
