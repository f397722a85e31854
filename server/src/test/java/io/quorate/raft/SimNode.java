package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One simulated process: a Raft machine, its disk, and the loop that carries out the machine's
 * work.
 */
final class SimNode {
  private final NodeId id;
  private final RaftConfig config;
  private final IntUnaryOperator chance;
  private final RaftRules rules;

  /** A classic mistake: messages leave before what they rest on is durable. */
  private final boolean answersBeforeDurable;

  private final Consumer<List<RaftMessage>> network;
  private final SimDisk disk;

  private @Nullable Raft raft;
  private SimMachine machine = new SimMachine();
  private @Nullable Ready inProgress;

  SimNode(
      NodeId id,
      RaftConfig config,
      RaftImage image,
      IntUnaryOperator chance,
      Mutant mutant,
      Consumer<List<RaftMessage>> network) {
    this.id = id;
    this.config = config;
    this.chance = chance;
    this.rules = mutant.rules();
    this.answersBeforeDurable = mutant == Mutant.ANSWER_BEFORE_DURABLE;
    this.network = network;
    this.disk = new SimDisk(image);
    start();
  }

  NodeId id() {
    return id;
  }

  boolean isUp() {
    return raft != null;
  }

  Raft raft() {
    if (raft == null) {
      throw new IllegalStateException(id + " is down");
    }
    return raft;
  }

  SimMachine machine() {
    return machine;
  }

  void start() {
    RaftImage image = disk.image();
    machine = new SimMachine();
    if (image.snapshot() != null) {
      machine.restore(image.snapshot());
    }
    raft = new Raft(id, config, image, chance, rules);
  }

  /** The term that a crash now would leave, were nothing being written. */
  long savedTerm() {
    return disk.image().hardState().term();
  }

  /** Starts from its disk as the only voter there is, as an operator has it do. */
  void recover(int chance) {
    raft = null;
    disk.recover(id, chance);
    start();
  }

  /**
   * Loses everything but the disk.
   *
   * @param written whether what was being written reached the disk: all or nothing
   * @return whether a write was cut short
   */
  boolean crash(boolean written) {
    boolean wasWriting = inProgress != null && !inProgress.persist().isEmpty();
    if (inProgress != null && written) {
      disk.save(inProgress.persist());
    }
    inProgress = null;
    raft = null;
    return wasWriting;
  }

  /** Takes work from the machine, if there is any and no other work is under way. */
  @Nullable Ready begin() {
    if (inProgress != null || !raft().hasReady()) {
      return null;
    }
    inProgress = raft().ready();
    if (answersBeforeDurable) {
      network.accept(inProgress.messages());
    }
    return inProgress;
  }

  boolean isWorking() {
    return inProgress != null;
  }

  /** The work is durable: send, apply, confirm. */
  Ready finish() {
    Ready done = inProgress;
    if (done == null) {
      throw new IllegalStateException("nothing to finish");
    }
    inProgress = null;
    disk.save(done.persist());
    if (!answersBeforeDurable) {
      network.accept(done.messages());
    }
    if (done.restore() != null) {
      machine.restore(done.restore());
    }
    done.committed().forEach(machine::apply);
    raft().advance();
    return done;
  }

  /** For a moment it is as if nothing else happened: works until nothing is left. */
  void settle(Consumer<Ready> seen) {
    while (begin() != null) {
      seen.accept(finish());
    }
  }
}
