package io.quorate.fuzz;

import io.quorate.locks.LockTargets;
import io.quorate.metadata.MetadataTargets;
import io.quorate.metadata.bootstrap.BootstrapTargets;
import io.quorate.migration.ReportTargets;
import io.quorate.node.config.ConfigTargets;
import io.quorate.raft.RaftMessageTarget;
import io.quorate.raft.RaftStepTarget;
import io.quorate.replication.coordinator.scan.CursorTarget;
import io.quorate.replication.tree.LeftTreeTarget;
import io.quorate.replication.tree.TreeLogTarget;
import io.quorate.storage.rocks.StorageTargets;
import io.quorate.transport.client.PipeTargets;
import io.quorate.transport.codec.peer.CodecTargets;
import io.quorate.transport.http.HttpTarget;
import io.quorate.transport.peer.PeerStreamTargets;
import io.quorate.version.FieldMapTarget;
import java.util.List;
import java.util.stream.Stream;

/** All targets of a node; a new one is one line. */
public final class Targets {
  public static final List<FuzzTarget> ALL =
      Stream.<List<FuzzTarget>>of(
              List.of(RaftMessageTarget.create(), new RaftStepTarget()),
              MetadataTargets.create(),
              List.of(BootstrapTargets.create()),
              LockTargets.create(),
              ReportTargets.create(),
              CodecTargets.create(),
              PeerStreamTargets.create(),
              PipeTargets.create(),
              List.of(
                  new HttpTarget(),
                  CursorTarget.create(),
                  LeftTreeTarget.create(),
                  TreeLogTarget.create(),
                  FieldMapTarget.create()),
              StorageTargets.create(),
              ConfigTargets.create())
          .flatMap(List::stream)
          .toList();

  private Targets() {}
}
