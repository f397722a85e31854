package io.quorate.metadata;

import io.quorate.raft.Raft;
import io.quorate.raft.ReadResult;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads of the state that must see everything decided before they began (ReadIndex, thesis 6.4).
 * Each asks the leader for an index and is answered once that is settled here.
 */
final class Confirmations {
  private final Raft raft;
  private final Clock clock;
  private final MetadataConfig config;
  private final Map<Long, Waiting> asked = new LinkedHashMap<>();

  /** Their index is known, and is not settled here yet. */
  private final List<Waiting> confirmed = new ArrayList<>();

  /** Other than those of earlier starts: an answer to one of these says nothing about now. */
  private long nextContext;

  private static final class Waiting {
    final long deadlineNanos;
    final Consumer<Boolean> callback;
    boolean taken;
    long askAgainNanos;
    long index;

    Waiting(long deadlineNanos, Consumer<Boolean> callback) {
      this.deadlineNanos = deadlineNanos;
      this.callback = callback;
    }
  }

  /**
   * @param incarnation of this start
   */
  Confirmations(Raft raft, int incarnation, Clock clock, MetadataConfig config) {
    this.raft = raft;
    this.clock = clock;
    this.config = config;
    this.nextContext = CommandId.firstNumber(incarnation);
  }

  /**
   * @param callback told true once the state here is new enough, false if that could not be known
   */
  void submit(long deadlineNanos, Consumer<Boolean> callback) {
    if (asked.size() + confirmed.size() >= config.pendingMax()) {
      callback.accept(false);
      return;
    }
    ask(new Waiting(deadlineNanos, callback));
  }

  private void ask(Waiting waiting) {
    long context = nextContext++;
    waiting.taken = raft.readIndex(context);
    waiting.askAgainNanos = clock.nanos() + (waiting.taken ? config.retryNanos() : 0);
    asked.put(context, waiting);
  }

  void answer(ReadResult result) {
    Waiting waiting = asked.remove(result.context());
    if (waiting == null) {
      return; // asked again since, or given up
    }
    switch (result) {
      case ReadResult.Confirmed read -> {
        waiting.index = read.index();
        confirmed.add(waiting);
      }
      case ReadResult.Lost lost -> ask(waiting);
    }
  }

  /** Everything up to {@code index} is folded in and published here. */
  void settled(long index) {
    for (Waiting each : List.copyOf(confirmed)) {
      if (each.index <= index) {
        confirmed.remove(each);
        each.callback.accept(true);
      }
    }
  }

  /** Answers all that wait: nothing is heard of the group any more. */
  void giveUp() {
    List<Waiting> waiting = new ArrayList<>(asked.values());
    waiting.addAll(confirmed);
    asked.clear();
    confirmed.clear();
    waiting.forEach(each -> each.callback.accept(false));
  }

  void tick() {
    long now = clock.nanos();
    for (Map.Entry<Long, Waiting> each : List.copyOf(asked.entrySet())) {
      Waiting waiting = each.getValue();
      boolean late = now - waiting.deadlineNanos >= 0;
      if (late || now - waiting.askAgainNanos >= 0) {
        raft.forgetRead(each.getKey());
        asked.remove(each.getKey());
        if (late) {
          waiting.callback.accept(false);
        } else {
          ask(waiting);
        }
      }
    }
    for (Waiting waiting : List.copyOf(confirmed)) {
      if (now - waiting.deadlineNanos >= 0) {
        confirmed.remove(waiting);
        waiting.callback.accept(false);
      }
    }
  }
}
