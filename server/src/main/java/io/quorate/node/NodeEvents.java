package io.quorate.node;

import io.quorate.cut.CutEvent;
import io.quorate.event.Event;
import io.quorate.locks.LockEvent;
import io.quorate.metadata.MetadataEvent;
import io.quorate.metadata.ProposalRefused;
import io.quorate.metadata.VoteKept;
import io.quorate.migration.MigrationEvent;
import io.quorate.purge.PurgeEvent;
import io.quorate.raft.RaftEvent;
import io.quorate.replication.admission.AdmissionEvent;
import io.quorate.replication.background.BackgroundEvent;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.drop.DropEvent;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.health.HealthEvent;
import io.quorate.replication.hint.HintEvent;
import io.quorate.replication.history.HistoryEvent;
import io.quorate.replication.move.MoveEvent;
import io.quorate.replication.repair.RepairEvent;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.replication.tree.TreeEvent;
import io.quorate.transport.event.TransportEvent;
import java.util.List;

/** All families of events that happen in a node: one for each package that declares some. */
public final class NodeEvents {
  public static final List<Class<? extends Event>> FAMILIES =
      List.of(
          RequestEvent.class,
          TransportEvent.class,
          AdmissionEvent.class,
          CoordinatorEvent.class,
          ReplicaEvent.class,
          HealthEvent.class,
          HintEvent.class,
          HistoryEvent.class,
          RepairEvent.class,
          TreeEvent.class,
          DropEvent.class,
          MoveEvent.class,
          BackgroundEvent.class,
          PurgeEvent.class,
          CutEvent.class,
          MigrationEvent.class,
          RaftEvent.class,
          MetadataEvent.class,
          LockEvent.class,
          ProposalRefused.class,
          VoteKept.class);

  private NodeEvents() {}
}
