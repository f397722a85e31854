package io.quorate.replication.tree;

import io.quorate.placement.Factor;
import io.quorate.storage.TreeStore;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The trees that lie on disk at a start, with what was logged since they were kept.
 *
 * @param kept by partition: those that are true
 * @param without partitions of which there is one that is not
 * @param next above the numbers of all writes that are in them or in the log
 * @param logBytes about how long the log is
 * @param replayed whether anything of it is in the trees now
 * @param ended whether the start before has stopped in order
 */
record TakenUp(
    TreeMap<Integer, KeptTree> kept,
    List<Integer> without,
    long next,
    long logBytes,
    boolean replayed,
    boolean ended) {

  /** What is asked of a start about what it finds. */
  interface Start {
    int partitions();

    KeptTree.Basis basis(int partition);

    /** Under what a tenant's records are; null for a tenant that is not known. */
    @Nullable Factor factor(int partition, int tenant);

    boolean trusts(int leftByBoot);
  }

  /** Reads what is there; null if it is not to be trusted, or not to be read. */
  static @Nullable TakenUp of(TreeStore store, TreeStore.Contents contents, Start start) {
    TreeLogHead head = TreeLogHead.read(contents.head());
    if (head == null || !start.trusts(head.boot())) {
      return null;
    }
    TreeMap<Integer, KeptTree> kept = new TreeMap<>();
    List<Integer> without = new ArrayList<>();
    long next = 0;
    for (Map.Entry<Integer, byte[]> each : contents.trees().entrySet()) {
      int partition = each.getKey();
      KeptTree tree = KeptTree.read(each.getValue());
      if (tree != null) {
        next = Math.max(next, tree.number());
      }
      if (tree != null
          && partition >= 0
          && partition < start.partitions()
          && tree.basis().equals(start.basis(partition))) {
        kept.put(partition, tree);
      } else {
        without.add(partition); // of another version, another cluster, or other replicas
      }
    }
    Replaying replaying = new Replaying(start, kept, next);
    if (!store.replay(replaying) || replaying.malformed) {
      return null;
    }
    for (int partition : replaying.unknown) {
      if (kept.remove(partition) != null) {
        without.add(partition);
      }
    }
    return new TakenUp(
        kept, without, replaying.next, replaying.bytes, replaying.replayed, head.ended());
  }

  /** Adds what was logged to the trees that do not have it. */
  private static final class Replaying implements TreeStore.Replay {
    private final Start start;
    private final Map<Integer, KeptTree> kept;
    private final TreeChange change = new TreeChange();
    private final List<Integer> unknown = new ArrayList<>();
    private long next;
    private long bytes;
    private boolean replayed;
    private boolean malformed;

    Replaying(Start start, Map<Integer, KeptTree> kept, long next) {
      this.start = start;
      this.kept = kept;
      this.next = next;
    }

    @Override
    public void entry(long number, ByteBuffer written) {
      next = Math.max(next, number + 1);
      bytes += written.remaining();
      try {
        malformed |= !change.read(written);
      } catch (BufferUnderflowException shorter) {
        malformed = true;
      }
      KeptTree tree = malformed ? null : kept.get(change.partition);
      if (tree == null || number < tree.number()) {
        return;
      }
      Factor factor = start.factor(change.partition, change.tenant);
      if (factor == null) {
        unknown.add(change.partition);
      } else {
        tree.trees().apply(factor, change);
        replayed = true;
      }
    }
  }
}
