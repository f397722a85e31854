package io.quorate.replication.coordinator.register;

import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What replicas have said to one ballot of a register, asked either to promise it or to accept what
 * it brings, and what follows from that. No I/O.
 */
final class RegisterTally {
  private final Quorum enough;
  private final List<NodeId> granted = new ArrayList<>(3);
  private final List<NodeId> failed = new ArrayList<>(2);

  /** Those of the failed that have promised a higher ballot, or accepted it. */
  private final List<NodeId> outbid = new ArrayList<>(1);

  /** Replicas that stored the register and do not count, since they are being filled. */
  private final List<NodeId> kept = new ArrayList<>(0);

  private @Nullable Record accepted;
  private long above;

  RegisterTally(Quorum enough) {
    this.enough = enough;
  }

  Quorum enough() {
    return enough;
  }

  /** It has promised the ballot, or accepted it. */
  void grant(NodeId from) {
    if (!granted.contains(from)) {
      granted.add(from);
      failed.remove(from);
    }
  }

  /**
   * It has promised the ballot.
   *
   * @param held what it has accepted by the highest ballot before; null for nothing
   */
  void promise(NodeId from, @Nullable Record held) {
    grant(from);
    if (held != null && (accepted == null || accepted.isBelow(held.version()))) {
      accepted = held;
    }
  }

  /** It has promised a ballot that is not lower. */
  void outbid(NodeId from, Version ballot) {
    fail(from);
    if (!outbid.contains(from)) {
      outbid.add(from);
    }
    if (Long.compareUnsigned(ballot.hlc(), above) > 0) {
      above = ballot.hlc();
    }
  }

  void keep(NodeId from) {
    if (!kept.contains(from)) {
      kept.add(from);
    }
  }

  void fail(NodeId from) {
    if (!failed.contains(from) && !granted.contains(from)) {
      failed.add(from);
    }
  }

  boolean awaits(NodeId replica) {
    return !granted.contains(replica) && !failed.contains(replica) && !kept.contains(replica);
  }

  List<NodeId> granted() {
    return granted;
  }

  List<NodeId> failed() {
    return failed;
  }

  /** All of which it is known that the register need not be brought to them. */
  List<NodeId> settled() {
    List<NodeId> all = new ArrayList<>(granted);
    all.addAll(kept);
    all.addAll(outbid);
    return all;
  }

  Verdict verdict() {
    return enough.verdict(granted, failed);
  }

  /** Whether another proposer is in the way. */
  boolean isOutbid() {
    return !outbid.isEmpty();
  }

  /** The highest time of a ballot that is in the way; 0 if none is. */
  long above() {
    return above;
  }

  /** Of those that have promised, what was accepted by the highest ballot; null for nothing. */
  @Nullable Record accepted() {
    return accepted;
  }
}
