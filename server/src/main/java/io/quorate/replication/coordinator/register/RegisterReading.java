package io.quorate.replication.coordinator.register;

import io.quorate.model.NodeId;
import io.quorate.placement.Quorum;
import io.quorate.placement.Verdict;
import io.quorate.version.Record;
import io.quorate.version.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What replicas have accepted of a register, as far as they have said so in one round, and whether
 * a write quorum has accepted the same ballot. Then that ballot is chosen, whatever the replicas
 * have promised and whatever the others hold: each write quorum has a replica that has accepted a
 * chosen higher ballot (docs/design/linearizable.md#read). No I/O.
 */
final class RegisterReading {
  private final Quorum held;

  /** Whether replicas count together that have accepted different ballots. */
  private final boolean countsAll;

  private final Map<NodeId, Optional<Summary>> answers = new LinkedHashMap<>();
  private final Map<Summary, Record> records = new LinkedHashMap<>();
  private final List<NodeId> failed = new ArrayList<>(2);

  RegisterReading(Quorum held, boolean countsAll) {
    this.held = held;
    this.countsAll = countsAll;
  }

  /**
   * It has answered.
   *
   * @param summary of what it has accepted; null for nothing
   * @param record what it is, if it was sent
   */
  void answer(NodeId from, @Nullable Summary summary, @Nullable Record record) {
    answers.put(from, Optional.ofNullable(summary));
    failed.remove(from);
    if (record != null) {
      records.put(record.summary(), record);
    }
  }

  void fail(NodeId from) {
    if (!failed.contains(from) && !answers.containsKey(from)) {
      failed.add(from);
    }
  }

  boolean awaits(NodeId replica) {
    return !answers.containsKey(replica) && !failed.contains(replica);
  }

  List<NodeId> answered() {
    return List.copyOf(answers.keySet());
  }

  /** Whether enough have accepted the same; then {@link #agreed} tells what. */
  boolean isAgreed() {
    return answers.values().stream().anyMatch(this::isAgreed);
  }

  private boolean isAgreed(Optional<Summary> what) {
    return held.isReachedBy(of(what)) && isKnown(what);
  }

  /** Of what is older than this node has accepted, the others send no more than the summary. */
  private boolean isKnown(Optional<Summary> what) {
    return what.isEmpty() || records.containsKey(what.get());
  }

  /** What enough have accepted; null for nothing. */
  @Nullable Record agreed() {
    for (Optional<Summary> what : answers.values()) {
      if (isAgreed(what)) {
        return what.map(records::get).orElse(null);
      }
    }
    throw new IllegalStateException("nothing is agreed");
  }

  /** Whether enough may yet turn out to have accepted the same, and this node to know what. */
  boolean mayAgree() {
    if (answers.isEmpty()) {
      return held.verdict(List.of(), failed) != Verdict.UNREACHABLE;
    }
    for (Optional<Summary> what : answers.values()) {
      List<NodeId> others = new ArrayList<>(failed);
      List<NodeId> same = of(what);
      answers.keySet().stream().filter(each -> !same.contains(each)).forEach(others::add);
      if (isKnown(what) && held.verdict(same, others) != Verdict.UNREACHABLE) {
        return true;
      }
    }
    return false;
  }

  private List<NodeId> of(Optional<Summary> what) {
    List<NodeId> same = new ArrayList<>(answers.size());
    answers.forEach(
        (node, answer) -> {
          if (countsAll || answer.equals(what)) {
            same.add(node);
          }
        });
    return same;
  }
}
