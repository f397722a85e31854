package io.quorate.node;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.NodeId;
import io.quorate.replication.health.Liveness;
import io.quorate.transport.ClusterAdmin;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What this node knows of its cluster, and its way to change it. */
record NodeAdmin(NodeCore core) implements ClusterAdmin {
  @Override
  public NodeId self() {
    return core.identity().node();
  }

  @Override
  public @Nullable ClusterState state() {
    MetadataGroup metadata = core.metadata();
    return metadata == null ? null : metadata.state();
  }

  @Override
  public @Nullable MetadataStatus metadata() {
    return core.metadataStatus();
  }

  @Override
  public Seen seen(NodeId node) {
    DataPart data = core.data();
    if (data == null) {
      return new Seen(false, false, 0);
    }
    Liveness liveness = data.liveness();
    return new Seen(
        liveness.isLive(node), liveness.isWritable(node), Math.max(0, liveness.silentMillis(node)));
  }

  @Override
  public void propose(Command command, long deadlineNanos, Consumer<CommandOutcome> callback) {
    MetadataGroup metadata = core.metadata();
    if (metadata == null) {
      callback.accept(
          new CommandOutcome.Unavailable(
              "this node is not part of a cluster yet; nothing was changed"));
    } else {
      metadata.propose(command, deadlineNanos, callback);
    }
  }
}
