package io.quorate.replication.coordinator.read;

import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.version.Order;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import io.quorate.version.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What replicas have said in one round of a read, and what follows from it: whether they are enough
 * to know the newest record, which replicas hold it, and whether those are enough to show it. No
 * I/O.
 *
 * <p>The newest record is the merge of those that were found: mostly one of them.
 */
final class ReadTally {
  private final RecordModel model;

  /** Whose answers make a read: also of both sets while the partition moves, see {@link #held}. */
  private final Quorum enough;

  /** The replicas that must hold what is returned. */
  private final Quorum held;

  /** What each replica that was asked said; in the order of asking. */
  private final List<Asked> asked = new ArrayList<>(3);

  private final List<NodeId> failed = new ArrayList<>(0);

  /** The merge of the records found so far. */
  private @Nullable Record newest;

  /** What it is compared by. */
  private @Nullable Summary newestSummary;

  /** One replica that was asked. */
  static final class Asked {
    final NodeId replica;

    /** What the replica was told is known; what it says is relative to this. */
    @Nullable Summary known;

    boolean versionOnly;
    long sentNanos;
    boolean answered;

    /** What it holds, once it has answered; null for nothing. */
    @Nullable Summary held;

    boolean repairSent;

    Asked(NodeId replica) {
      this.replica = replica;
    }
  }

  /**
   * @param model of the record that is read
   * @param enough whose answers make the read
   * @param held the replicas that must hold what is shown; those are best asked at once
   */
  ReadTally(RecordModel model, Quorum enough, Quorum held) {
    this.model = model;
    this.enough = enough;
    this.held = held;
  }

  Quorum enough() {
    return enough;
  }

  Quorum held() {
    return held;
  }

  @Nullable Record newest() {
    return newest;
  }

  Asked ask(NodeId replica) {
    Asked one = new Asked(replica);
    asked.add(one);
    return one;
  }

  @Nullable Asked find(NodeId replica) {
    for (Asked one : asked) {
      if (one.replica.equals(replica)) {
        return one;
      }
    }
    return null;
  }

  /** All that were asked and have not failed, as of now. */
  List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** What {@link #newest} is compared by; null while nothing was found. */
  @Nullable Summary newestSummary() {
    return newestSummary;
  }

  /**
   * What a client is shown of it, by which a session judges it: what lies under the mark of a
   * lock's holder, which is above all that it lies over (docs/design/fencing.md#raise). Null for
   * nothing.
   */
  @Nullable Summary shown() {
    if (newest == null || !newest.isMarked()) {
      return newestSummary;
    }
    Record under = newest.unmarked();
    return under == null ? null : under.summary();
  }

  void found(Record record, Summary summary) {
    if (newest == null || newestSummary == null) {
      newest = record;
      newestSummary = summary;
      return;
    }
    switch (model.compare(newestSummary, summary)) {
      case SAME, AHEAD -> {}
      case BEHIND -> {
        newest = record;
        newestSummary = summary;
      }
      case CONCURRENT -> {
        newest = model.merge(newest, record);
        newestSummary = newest.summary();
      }
    }
  }

  /** Whether a record may have something that was not found yet. */
  boolean lacks(Summary summary) {
    return newestSummary == null || model.compare(newestSummary, summary).lacks();
  }

  /** Whether something was found, and a record has all of it. */
  boolean isCoveredBy(Summary summary) {
    return newestSummary != null && !model.compare(newestSummary, summary).hasMore();
  }

  void answered(Asked one, @Nullable Summary held) {
    one.answered = true;
    one.held = held;
  }

  /** A replica holds what is returned, or something newer, which is as good. */
  void holdsNewest(Asked one) {
    answered(one, newestSummary);
  }

  void fail(Asked one) {
    asked.remove(one);
    failed.add(one.replica);
  }

  /** A replica that was not asked will not answer. */
  void failUnasked(NodeId replica) {
    failed.add(replica);
  }

  boolean hasFailed(NodeId replica) {
    return failed.contains(replica);
  }

  List<NodeId> failed() {
    return failed;
  }

  List<NodeId> answers() {
    return nodes(one -> one.answered);
  }

  private List<NodeId> nodes(Predicate<Asked> which) {
    List<NodeId> nodes = new ArrayList<>(asked.size());
    for (Asked one : asked) {
      if (which.test(one)) {
        nodes.add(one.replica);
      }
    }
    return nodes;
  }

  /** Those known to hold the newest version; all that answered, if none holds anything. */
  List<NodeId> holders() {
    return nodes(one -> one.answered && isNewest(one));
  }

  boolean isNewest(Asked one) {
    if (newestSummary == null || one.held == null) {
      return newestSummary == null && one.held == null;
    }
    return model.compare(one.held, newestSummary) == Order.SAME;
  }

  /** Whether the newest version is known. */
  Verdict answersVerdict() {
    return enough.verdict(answers(), failed);
  }

  /** Whether it is held by those that must hold it before it is shown. */
  Verdict heldVerdict() {
    return held.verdict(holders(), failed);
  }

  /** Whether the answer of one more replica is needed, should all that were asked answer. */
  boolean needsAnswerOf(NodeId replica) {
    return enough.isHelpedBy(replica, nodes(one -> true));
  }

  /** Whether this node alone was asked. */
  boolean onlyOwn() {
    return asked.size() <= 1;
  }

  boolean awaitsAnswers() {
    for (Asked one : asked) {
      if (!one.answered) {
        return true;
      }
    }
    return false;
  }

  /** Whether one that was asked does not hold the newest yet. */
  boolean awaitsHolders() {
    for (Asked one : asked) {
      if (!isNewest(one)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one more replica must be brought the newest, should all that were sent it take it. */
  boolean needsHeldBy(NodeId replica) {
    return held.isHelpedBy(replica, nodes(one -> isNewest(one) || one.repairSent));
  }

  int repaired() {
    int repaired = 0;
    for (Asked one : asked) {
      if (one.repairSent && isNewest(one)) {
        repaired++;
      }
    }
    return repaired;
  }
}
