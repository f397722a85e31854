package io.quorate.replication.coordinator.write;

import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What replicas have said in one round of a write, and what follows from it: whether those that
 * stored it are enough, or cannot be any more. No I/O.
 *
 * <p>A replica is at most one of acknowledged, kept and failed. One that failed may acknowledge
 * after all, for it may be up though it was believed dead.
 */
public final class WriteTally {
  /** Whose answers make a write. */
  private final Quorum quorum;

  private final List<NodeId> acked = new ArrayList<>(3);
  private final List<NodeId> failed = new ArrayList<>(3);

  /** Replicas that stored the record and do not count, since they are being filled. */
  private List<NodeId> kept = List.of();

  /** Those of the failed that are live, and were not sent the record since they owe too much. */
  private List<NodeId> spared = List.of();

  /** What replicas told of that no clock can have shown; they count as failed meanwhile. */
  private Map<NodeId, Version> doubted = Map.of();

  /** Highest version held elsewhere that was told of. */
  private @Nullable Version higher;

  /**
   * @param quorum whose answers make the write
   * @param counted those whose answers count already
   */
  public WriteTally(Quorum quorum, List<NodeId> counted) {
    this.quorum = quorum;
    acked.addAll(counted);
  }

  /** Whose answers make the write. */
  public Quorum quorum() {
    return quorum;
  }

  /** Those that have stored the record and count. */
  public List<NodeId> acked() {
    return acked;
  }

  /** Those that are not counted on. */
  public List<NodeId> failed() {
    return failed;
  }

  @Nullable Version higher() {
    return higher;
  }

  /** Whether it was held to have failed until now. */
  public boolean ack(NodeId from) {
    if (acked.contains(from)) {
      return false;
    }
    acked.add(from);
    return failed.remove(from);
  }

  void told(Version version) {
    higher = higher == null ? version : Version.later(higher, version);
  }

  /** It tells of a version that no clock can have shown: the others may do without it. */
  void doubt(NodeId from, Version version) {
    if (!acked.contains(from)) {
      fail(from);
      doubted = doubted.isEmpty() ? new TreeMap<>() : doubted;
      doubted.put(from, version);
    }
  }

  /**
   * Counts those that were doubted, for without them there are too few.
   *
   * @return whether there are any: not if one replica says so alone
   */
  boolean believeDoubted() {
    if (doubted.size() < 2) {
      return false;
    }
    doubted.forEach(
        (replica, version) -> {
          boolean unused = ack(replica);
          told(version);
        });
    doubted = Map.of();
    return true;
  }

  /** It has the record, so it needs no hint, and it does not count. Whether that is news. */
  public boolean keep(NodeId from) {
    if (kept.contains(from)) {
      return false;
    }
    kept = kept.isEmpty() ? new ArrayList<>(1) : kept;
    return kept.add(from);
  }

  boolean isKept(NodeId replica) {
    return kept.contains(replica);
  }

  /** It is not counted on any more, unless it has acknowledged. */
  public void fail(NodeId replica) {
    if (!failed.contains(replica) && !acked.contains(replica)) {
      failed.add(replica);
    }
  }

  boolean hasFailed(NodeId replica) {
    return failed.contains(replica);
  }

  /** One that failed is sent the record all the same. */
  void forgive(NodeId replica) {
    failed.remove(replica);
  }

  void forgiveIf(Predicate<NodeId> which) {
    failed.removeIf(which);
  }

  void spare(NodeId replica) {
    failed.add(replica);
    spared = spared.isEmpty() ? new ArrayList<>(1) : spared;
    spared.add(replica);
  }

  boolean isSpared(NodeId replica) {
    return spared.contains(replica);
  }

  /** Those that were spared and have not stored it; they are spared no longer. */
  List<NodeId> takeSpared() {
    List<NodeId> taken = new ArrayList<>(spared);
    spared = List.of();
    taken.removeAll(acked);
    return taken;
  }

  /** Whether those that have stored it are enough, or cannot be any more. */
  public Verdict verdict() {
    return quorum.verdict(acked, failed);
  }

  /** Whether the others may be enough. */
  boolean canDoWithout(NodeId replica) {
    List<NodeId> without = new ArrayList<>(failed);
    without.add(replica);
    return quorum.verdict(acked, without) != Verdict.UNREACHABLE;
  }

  /** Whether a replica that was sent the record has yet to say something. */
  public boolean awaits(NodeId replica) {
    return !acked.contains(replica) && !kept.contains(replica) && !failed.contains(replica);
  }

  /** All that have the record. */
  public List<NodeId> holders() {
    if (kept.isEmpty()) {
      return acked;
    }
    List<NodeId> all = new ArrayList<>(acked);
    all.addAll(kept);
    return all;
  }
}
