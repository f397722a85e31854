package io.quorate.replication.coordinator.write;

import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.replication.message.ReplicaMessage.Offered;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.version.RecordModel;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What replicas have said to one question whether a version is high enough, and what follows from
 * it. No I/O.
 */
final class ProbeTally {
  /** Whose answers are enough: any write that was acknowledged is known to one of them. */
  private final Quorum enough;

  private final RecordModel model;

  private final List<NodeId> asked = new ArrayList<>(3);
  private final List<NodeId> answered = new ArrayList<>(3);
  private final List<NodeId> failed = new ArrayList<>(2);

  private @Nullable Version highest;
  private long promised;
  private boolean offered;
  private boolean forgotten;

  ProbeTally(Quorum enough, RecordModel model) {
    this.enough = enough;
    this.model = model;
  }

  Quorum enough() {
    return enough;
  }

  void ask(NodeId replica) {
    asked.add(replica);
  }

  boolean awaits(NodeId replica) {
    return asked.contains(replica) && !answered.contains(replica) && !failed.contains(replica);
  }

  List<NodeId> awaited() {
    return asked.stream().filter(this::awaits).toList();
  }

  void answer(NodeId from, Probed probed) {
    answered.add(from);
    Version held = probed.held();
    if (held != null) {
      highest = highest == null ? held : Version.later(highest, held);
    }
    if (Long.compareUnsigned(probed.promised(), promised) > 0) {
      promised = probed.promised();
    }
    offered |= probed.offered() == Offered.ONCE;
    forgotten |= probed.offered() == Offered.FORGOTTEN;
  }

  /** A replica has not answered, and is not expected to. */
  void fail(NodeId replica) {
    if (!failed.contains(replica) && !answered.contains(replica)) {
      failed.add(replica);
    }
  }

  List<NodeId> answered() {
    return answered;
  }

  List<NodeId> failed() {
    return failed;
  }

  Verdict verdict() {
    return enough.verdict(answered, failed);
  }

  /** Whether the answer of one more replica is needed, should all that were asked answer. */
  boolean needsAnswerOf(NodeId replica) {
    List<NodeId> expected = new ArrayList<>(asked);
    expected.removeAll(failed);
    return enough.isHelpedBy(replica, expected);
  }

  /** The highest version held; null for none. */
  @Nullable Version highest() {
    return highest;
  }

  /** Whether all hold less than a version, and no purge is promised up to it. */
  boolean isBelow(Version version) {
    return isAboveAllHeld(version) && Long.compareUnsigned(version.hlc(), promised) > 0;
  }

  /** Whether a version would take the place of whatever is held. */
  boolean isAboveAllHeld(Version version) {
    return highest == null || model.replaces(version, highest);
  }

  /** The hybrid time above which a stamp is high enough for those who answered. */
  long above() {
    return highest == null || Long.compareUnsigned(promised, highest.hlc()) > 0
        ? promised
        : highest.hlc();
  }

  /** Whether a replica was offered the version. */
  boolean isOffered() {
    return offered;
  }

  /** Whether a replica no longer knows if it was offered the version. */
  boolean isForgotten() {
    return forgotten;
  }
}
