package io.quorate.locks;

import io.quorate.raft.Raft;
import io.quorate.raft.ReadResult;
import io.quorate.runtime.Lane;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Answers of a leader that wait until a majority has confirmed, after they were asked for, that it
 * leads, and all that was decided before is applied. Those of one turn of the lane are confirmed
 * together (docs/design/locks.md#renew).
 */
final class Confirmations {
  private final Raft raft;
  private final Lane lane;

  /** What has the driver look at the Raft machine. */
  private final Runnable wake;

  private List<Runnable> gathering = new ArrayList<>();
  private final Map<Long, List<Runnable>> asked = new TreeMap<>();

  /** By the index that must be applied first. */
  private final List<Confirmed> confirmed = new ArrayList<>();

  private boolean flushQueued;
  private long nextContext = 1;

  private record Confirmed(long index, List<Runnable> answers) {}

  Confirmations(Raft raft, Lane lane, Runnable wake) {
    this.raft = raft;
    this.lane = lane;
    this.wake = wake;
  }

  /** Answers once this node is sure that it leads. */
  void ask(Runnable answer) {
    gathering.add(answer);
    if (!flushQueued) {
      flushQueued = true;
      lane.execute(this::flush);
    }
  }

  private void flush() {
    flushQueued = false;
    List<Runnable> all = gathering;
    gathering = new ArrayList<>();
    if (all.isEmpty()) {
      return;
    }
    long context = nextContext++;
    if (raft.readIndex(context)) {
      asked.put(context, all);
      wake.run();
    }
  }

  void onRead(ReadResult read) {
    List<Runnable> answers = asked.remove(read.context());
    if (answers != null && read instanceof ReadResult.Confirmed at) {
      confirmed.add(new Confirmed(at.index(), answers));
    }
  }

  /** The log is applied up to this index. */
  void applied(long index) {
    for (Iterator<Confirmed> each = confirmed.iterator(); each.hasNext(); ) {
      Confirmed next = each.next();
      if (next.index() <= index) {
        each.remove();
        next.answers().forEach(Runnable::run);
      }
    }
  }

  /** This node leads no more. */
  void clear() {
    gathering.clear();
    asked.clear();
    confirmed.clear();
  }
}
