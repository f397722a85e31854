package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.placement.Stage;
import io.quorate.placement.Tenant;
import java.util.List;

/**
 * What a request of one tenant to one partition is planned on: all its messages carry this epoch,
 * and only answers given under it are counted together.
 */
record Plan(int partition, long epoch, Tenant tenant, Stage stage) {
  List<NodeId> replicas() {
    return stage.replicas();
  }

  /** Those that serve reads and count. */
  List<NodeId> serving() {
    return stage.serving();
  }
}
