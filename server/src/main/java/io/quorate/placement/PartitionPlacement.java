package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where one partition lives.
 *
 * @param epoch grows whenever the replica set of any tenant changes, and with each step of a move
 *     or a purge: what was sent before is refused from then on
 * @param preferenceList its owners, most preferred first; a tenant uses its first entries, or the
 *     first of each region, as many as its {@link Factor}. While it moves, those it comes from
 * @param purge how far deleted records are purged
 * @param filling owners that do not yet hold what they must, and so serve no read and cast no vote
 * @param move null while it does not move
 * @param alteredThrough log index up to which {@code preferenceList} follows alterations of
 *     tenants' factors
 */
public record PartitionPlacement(
    long epoch,
    List<NodeId> preferenceList,
    PurgeMarks purge,
    SortedSet<NodeId> filling,
    @Nullable Move move,
    long alteredThrough) {
  public PartitionPlacement {
    preferenceList = List.copyOf(preferenceList);
    filling = Collections.unmodifiableSortedSet(new TreeSet<>(filling));
  }

  /** Of a cluster in which no tenant was ever altered. */
  public PartitionPlacement(
      long epoch,
      List<NodeId> preferenceList,
      PurgeMarks purge,
      SortedSet<NodeId> filling,
      @Nullable Move move) {
    this(epoch, preferenceList, purge, filling, move, 0);
  }

  /** One that does not move. */
  public PartitionPlacement(
      long epoch, List<NodeId> preferenceList, PurgeMarks purge, SortedSet<NodeId> filling) {
    this(epoch, preferenceList, purge, filling, null);
  }

  /** The plain case: never purged, and every owner holds what it must. */
  public PartitionPlacement(long epoch, List<NodeId> preferenceList) {
    this(epoch, preferenceList, PurgeMarks.NONE, Collections.emptySortedSet());
  }

  /** Returns this under the next epoch, with other replicas being filled. */
  public PartitionPlacement filling(SortedSet<NodeId> nodes) {
    return new PartitionPlacement(epoch + 1, preferenceList, purge, nodes, move, alteredThrough);
  }

  /** Returns this under the same epoch, with a replica that is full. */
  public PartitionPlacement filled(NodeId node) {
    SortedSet<NodeId> left = new TreeSet<>(filling);
    left.remove(node);
    return new PartitionPlacement(epoch, preferenceList, purge, left, move, alteredThrough);
  }

  /** All nodes that may hold something of it: its list, and the other one while it moves. */
  public List<NodeId> owners() {
    return move == null ? preferenceList : union(preferenceList, move.other());
  }

  /** Whether what a node holds of it is asked for: not what one holds that it has left. */
  public boolean isInCharge(NodeId node) {
    return preferenceList.contains(node)
        || (move != null && move.isDual() && move.other().contains(node));
  }

  /**
   * How many replicas of this partition tenants with this replication have.
   *
   * @param regions of all nodes
   */
  public Factor factor(Replication replication, Regions regions) {
    ReplicationFactor inList = replication.at(alteredThrough);
    if (move == null) {
      return new Factor(inList, inList, regions);
    }
    ReplicationFactor inOther = replication.at(move.alteredThrough());
    return move.isDual()
        ? new Factor(inList, inOther, regions)
        : new Factor(inOther, inList, regions);
  }

  /** The factors of all that there are. */
  public SortedSet<Factor> factors(Collection<Replication> replications, Regions regions) {
    SortedSet<Factor> factors = new TreeSet<>();
    replications.forEach(each -> factors.add(factor(each, regions)));
    return factors;
  }

  /**
   * Whether a node has to keep what it holds for tenants of one factor: as one of their replicas,
   * or until it has handed it over. One further back in the list holds it for no tenant.
   */
  public boolean keeps(NodeId node, Factor factor) {
    return replicas(factor).contains(node) || HandOver.of(this, factor, node) != null;
  }

  /** Whether two sets of replicas are in charge. */
  public boolean isDual() {
    return move != null && move.isDual();
  }

  /** Whether writes of clients are to wait until it has arrived, or is back. */
  public boolean blocksWrites() {
    return move != null && move.isDual() && move.blocksWrites();
  }

  /** The list that it has, or is to have. */
  public List<NodeId> goesTo() {
    return move != null && move.isForward() ? move.other() : preferenceList;
  }

  /** Up to which log index that list follows alterations of tenants' factors. */
  public long goesThrough() {
    return move != null && move.isForward() ? move.alteredThrough() : alteredThrough;
  }

  /** The replicas of tenants with this factor, those of the set that is read first. */
  public List<NodeId> replicas(Factor factor) {
    return stage(factor).replicas();
  }

  /** Replicas in the list that is in charge; while it moves, in the one that it comes from. */
  public List<NodeId> ofList(Factor factor) {
    return isDual() ? factor.before(preferenceList) : factor.after(preferenceList);
  }

  /**
   * Replicas in the other list: that it goes to, or that is left behind. Empty if there is none.
   */
  public List<NodeId> ofOther(Factor factor) {
    if (move == null) {
      return List.of();
    }
    return move.isDual() ? factor.after(move.other()) : factor.before(move.other());
  }

  /** The replicas that take writes and serve reads, for tenants of one factor. */
  public Stage stage(Factor factor) {
    List<NodeId> now = ofList(factor);
    if (move == null || !move.isDual()) {
      Regions regions = factor.regionsAfter();
      ReplicationFactor formerly =
          move == null ? regions.count(now) : factor.regionsBefore().count(ofOther(factor));
      return new Stage.Stable(now, serving(now), formerly, regions);
    }
    List<NodeId> next = ofOther(factor);
    Regions before = factor.regionsBefore();
    Regions after = factor.regionsAfter();
    if (now.size() == next.size()
        && now.containsAll(next)
        && before.isDivided() == after.isDivided()) {
      return new Stage.Stable(now, serving(now), before.count(now), before);
    }
    boolean readsNext = move.step() == Move.Step.CUTOVER;
    List<NodeId> union = readsNext ? union(next, now) : union(now, next);
    return new Stage.Moving(now, next, readsNext, union, serving(union), before, after);
  }

  /** Those of some replicas that hold what they must. */
  public List<NodeId> serving(List<NodeId> replicas) {
    return filling.isEmpty()
        ? replicas
        : replicas.stream().filter(node -> !filling.contains(node)).toList();
  }

  private static List<NodeId> union(List<NodeId> first, List<NodeId> second) {
    List<NodeId> union = new ArrayList<>(first);
    for (NodeId node : second) {
      if (!union.contains(node)) {
        union.add(node);
      }
    }
    return union;
  }
}
