package io.quorate.replication.tree;

import io.quorate.event.Event;
import io.quorate.placement.Factor;
import io.quorate.storage.TreeStore;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes from one start of a node to the next: takes up the trees that the last start left, as
 * far as they are true, and has a {@link TreeLog} keep those of this start. Before {@link #resume}
 * it keeps nothing.
 */
final class Handover {
  private final Trees trees;
  private final Trees.Held held;
  private final Bases bases;

  /** Null before {@link #resume}. */
  private @Nullable TreeLog log;

  private Consumer<Event> events = event -> {};

  /** Partitions of which a crash left no tree, and which have not been read since. */
  private final TreeSet<Integer> outlived = new TreeSet<>();

  Handover(Trees trees, Trees.Held held, Bases bases) {
    this.trees = trees;
    this.held = held;
    this.bases = bases;
  }

  /**
   * Takes up what the last start left, and keeps for the next one from now on.
   *
   * @param boot number of this start, counted durably before
   */
  void resume(TreeStore left, int boot, TreePace pace, Consumer<Event> told) {
    events = told;
    TreeLog begun = new TreeLog(trees, bases, held, left, boot, pace, told);
    log = begun;
    if (!KeptTree.isKeptAt(bases.placements().clusterVersion())) {
      return; // and what may lie there is not this start's, so the next one does not look at it
    }
    begun.activate();
    TreeStore.Contents contents = left.load();
    TakenUp found = TakenUp.of(left, contents, new Start(boot));
    if (found != null) {
      begun.goOn(found);
      takeUp(found);
    }
    if (contents.head() != null && (found == null || !found.ended())) {
      for (int partition = 0; partition < bases.partitions(); partition++) {
        if (!trees.isKnown(partition)) {
          outlived.add(partition);
        }
      }
    }
  }

  private void takeUp(TakenUp found) {
    found
        .kept()
        .forEach(
            (partition, tree) -> {
              trees.takeUp(partition, tree.trees());
              events.accept(
                  found.ended()
                      ? TreeEvent.Window.TREE_KEPT_OVER_RESTART
                      : TreeEvent.Window.TREE_KEPT_OVER_CRASH);
            });
    if (found.replayed()) {
      events.accept(TreeEvent.Window.TREE_CHANGES_REPLAYED);
    }
  }

  /** What this start tells of itself to what it finds. */
  private final class Start implements TakenUp.Start {
    private final int boot;

    Start(int boot) {
      this.boot = boot;
    }

    @Override
    public int partitions() {
      return bases.partitions();
    }

    @Override
    public KeptTree.Basis basis(int partition) {
      return bases.of(partition);
    }

    @Override
    public @Nullable Factor factor(int partition, int tenant) {
      return bases.factor(partition, tenant);
    }

    @Override
    public boolean trusts(int leftByBoot) {
      return held.trusts(leftByBoot, boot);
    }
  }

  /** Where changes are logged; null while none are. */
  @Nullable TreeLog log() {
    return log;
  }

  /** The trees of a partition may not match what is durable, from the next write on. */
  void forget(int partition) {
    if (log != null) {
      log.forget(partition);
    }
  }

  /**
   * Other placements are in force.
   *
   * @param ofOtherBasis partitions of which the trees depend on something else now
   */
  void placementsChanged(List<Integer> ofOtherBasis) {
    TreeLog kept = log;
    if (kept != null) {
      if (KeptTree.isKeptAt(bases.placements().clusterVersion())) {
        kept.activate();
      }
      // Also those that are as true as before: a start may know the placements of before.
      kept.forget(ofOtherBasis);
    }
  }

  /** A partition was read to its end. */
  void built(int partition) {
    if (outlived.remove(partition)) {
      events.accept(TreeEvent.Window.TREE_REBUILT_AFTER_CRASH);
    }
  }

  /** Whether a crash would leave the tree of a partition. */
  boolean isOnDisk(int partition) {
    return log != null && log.isKept(partition);
  }

  /** Whether trees wait to be kept. */
  boolean isBehind() {
    return log != null && log.isBehind();
  }

  /** Keeps one tree at most, if it is time to. */
  void tick() {
    if (log != null) {
      log.tick();
    }
  }

  /** Leaves to the next start what is known. Nothing can be written afterwards. */
  void leave() {
    if (log != null) {
      log.leave();
    }
  }
}
