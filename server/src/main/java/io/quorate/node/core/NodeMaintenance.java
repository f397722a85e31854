package io.quorate.node.core;

import io.quorate.admin.DrainAdmin;
import io.quorate.admin.MaintenanceAdmin;
import io.quorate.admin.NamedMember;
import io.quorate.cluster.ClusterState;
import io.quorate.metadata.MetadataGroup;
import org.jspecify.annotations.Nullable;

/** What of this node can be looked after from outside. */
public record NodeMaintenance(NodeCore core, DrainAdmin drain) implements MaintenanceAdmin {
  @Override
  public @Nullable Parts parts() {
    DataPart data = core.data();
    MetadataGroup metadata = core.metadata();
    ClusterState state = metadata == null ? null : metadata.state();
    return data == null || state == null
        ? null
        : new Parts(
            core.identity().node(),
            NamedMember.names(state),
            state.placements(),
            data.coordinator().hints(),
            data.coordinator().antiEntropy(),
            data.tenantSizes(),
            data.coordinator().backups(),
            drain);
  }
}
