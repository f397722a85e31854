package io.quorate.sim.cluster;

import io.quorate.event.Event;
import io.quorate.metadata.MetadataEvent;
import io.quorate.metadata.ProposalRefused;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.raft.RaftEvent;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.replication.replica.ReplicaListener;
import io.quorate.replication.tree.Trees;
import io.quorate.sim.check.ChangeChecker;
import io.quorate.sim.check.OwedChecker;
import io.quorate.sim.check.PairsChecker;
import io.quorate.sim.check.TreeChecker;
import io.quorate.sim.kernel.SimJournal.Topic;
import io.quorate.sim.program.Program;
import io.quorate.storage.memory.MemoryDisk;
import org.jspecify.annotations.Nullable;

/** Passes what happens in one node to the checkers, and asks them when the cluster is at rest. */
final class NodeChecks {
  private final SimNode node;
  private final NodeCollaborators with;
  private final Completeness completeness;
  private final OwedChecker owed;
  private final RejectionWatch rejections;

  private final LetGo letGo = new LetGo();

  /** Replays the changes that the replica reports in this life. */
  private @Nullable ChangeChecker changes;

  NodeChecks(SimNode node, NodeCollaborators with, Completeness completeness) {
    this.node = node;
    this.with = with;
    this.completeness = completeness;
    this.owed = new OwedChecker(node.name());
    this.rejections = new RejectionWatch(node);
  }

  RejectionWatch rejections() {
    return rejections;
  }

  /**
   * A process starts on a disk.
   *
   * @return to be told of what becomes durable in its replica
   */
  ReplicaListener starts(MemoryDisk disk) {
    var told = new ChangeChecker(node.name(), disk, SimCluster.PARTITIONS);
    changes = told;
    owed.starts(disk.durableHints(), disk::hasDurableHint);
    return new DiskWatch(node, told, letGo, with.marks());
  }

  /** The program has written nothing yet: its trees must describe what is on its disk. */
  void checkTreesTakenUp(Program created) {
    Trees known = created.trees();
    Placements places = created.placements();
    if (known != null && places != null) {
      TreeChecker.rests(node.name(), known, node.disk(), places);
    }
  }

  void happened(Event event) {
    with.world().note(Topic.NODE, node.name(), event::toString);
    owed.happened(event);
    rejections.happened(event);
    with.marks().happened(node, event);
    with.windows().onEvent(event);
    with.liars().happened(event);
    if (event instanceof CoordinatorEvent.Restamped) {
      with.moments().at(Moment.RESTAMPED, node);
    }
    if (event instanceof ReplicaEvent.DamageDropped) {
      // The others were asked before: a majority of them has shown all that a quorum wrote.
      with.checker().losesDisk();
    }
    if (event instanceof ReplicaEvent.DamageGone) {
      completeness.mayBeFilledLater();
    }
    if (event instanceof RaftEvent.BecameLeader) {
      with.moments().at(Moment.ELECTED, node);
    }
    if (event == MetadataEvent.CLUSTER_VERSION_RAISED) {
      with.rollout().decided();
    }
    if (event instanceof ProposalRefused refusal) {
      Invariant.hold(
          !refusal.why().isLie() || with.liars().isOne(refusal.from()),
          "an honest member's proposal is refused: %s",
          refusal);
    }
  }

  LetGo letGo() {
    return letGo;
  }

  /** The node has sent a fresh write of its own to another node. */
  void writesTo(NodeId other) {
    rejections.writesTo(other);
  }

  /** The process is about to die: notes what it was doing. */
  void enterWhatItLeavesUndone(Program dying) {
    Coordinator coordinator = dying.coordinator();
    if (coordinator != null && coordinator.antiEntropy().standing().sessions() > 0) {
      with.windows().enter("crash while comparing");
    }
    if (dying.filling().partitions() > 0) {
      with.windows().enter("crash while filling");
    }
    Placements known = dying.placements();
    if (node.leads()
        && known != null
        && known.partitions().stream().anyMatch(each -> !each.filling().isEmpty())) {
      with.windows().enter("leader lost while some partition is filling");
    }
  }

  void died() {
    owed.died();
    rejections.died();
  }

  void lostDisk() {
    owed.lostDisk();
  }

  /**
   * All has healed. Checks the hints of the node, its trees against its disk, the pairs that it
   * compares against the placements, and the changes that it reported.
   */
  void checkAtRest(Placements placements) {
    Program program = node.program();
    Coordinator coordinator = program == null ? null : program.coordinator();
    Trees trees = program == null ? null : program.trees();
    if (program != null && coordinator != null && trees != null) {
      PairsChecker.rests(node.name(), program.id(), coordinator.antiEntropy(), placements);
      owed.rests(coordinator.hints());
      TreeChecker.rests(node.name(), trees, node.disk(), placements);
      if (changes != null) {
        changes.rests();
      }
    }
  }
}
