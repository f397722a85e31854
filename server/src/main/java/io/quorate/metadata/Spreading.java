package io.quorate.metadata;

import io.quorate.metadata.MetadataMessage.AwaitSettled;
import io.quorate.metadata.MetadataMessage.Settled;
import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How a node comes to know that others know what was decided: that their states show it, and they
 * go by it. It asks each of them, again until it is answered, and each answers once its own state
 * is there. A majority that has an entry in its log says nothing of that.
 */
final class Spreading {
  /** A node that has not answered by then hangs, or is cut off. */
  private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final MetadataSender sender;
  private final Clock clock;
  private final MetadataConfig config;
  private final Publication publication;
  private final Confirmations confirmations;

  private final List<Waiting> waiting = new ArrayList<>();

  /** Members that wait for this node, and the highest index that each has asked for. */
  private final Map<NodeId, Long> asked = new TreeMap<>();

  /** The index that they were told last. */
  private long toldIndex;

  private static final class Waiting {
    final long index;
    final Set<NodeId> missing;
    final long deadlineNanos;
    final Consumer<Set<NodeId>> callback;
    long askAgainNanos;

    Waiting(long index, Set<NodeId> missing, long deadlineNanos, Consumer<Set<NodeId>> callback) {
      this.index = index;
      this.missing = new TreeSet<>(missing);
      this.deadlineNanos = deadlineNanos;
      this.callback = callback;
    }
  }

  Spreading(
      MetadataSender sender,
      Clock clock,
      MetadataConfig config,
      Publication publication,
      Confirmations confirmations) {
    this.sender = sender;
    this.clock = clock;
    this.config = config;
    this.publication = publication;
    this.confirmations = confirmations;
  }

  /**
   * Waits until others know all that is settled here by now, for two seconds and for two thirds of
   * the caller's time at most.
   *
   * @param callback told those that have not said so by then
   */
  void await(Set<NodeId> nodes, long deadlineNanos, Consumer<Set<NodeId>> callback) {
    if (nodes.isEmpty() || waiting.size() >= config.pendingMax()) {
      callback.accept(nodes);
      return;
    }
    long now = clock.nanos();
    long patience = Math.min(WITHIN_NANOS, (deadlineNanos - now) / 3 * 2);
    Waiting added = new Waiting(publication.settledIndex(), nodes, now + patience, callback);
    waiting.add(added);
    ask(added, now);
  }

  private void ask(Waiting each, long now) {
    each.askAgainNanos = now + ASK_AGAIN_NANOS;
    each.missing.forEach(node -> sender.send(node, new AwaitSettled(each.index)));
  }

  /** Another node says how far its state is. */
  void onSettled(NodeId from, long index) {
    List<Waiting> done = new ArrayList<>();
    for (Waiting each : waiting) {
      if (index >= each.index && each.missing.remove(from) && each.missing.isEmpty()) {
        done.add(each);
      }
    }
    end(done);
  }

  /**
   * Another member wants to know when this node's state is there. The leader is asked at once how
   * far all is decided, which tells this node, too, if it is a voter: else it hears of that with
   * the next heartbeat.
   */
  void onAsked(NodeId from, long index) {
    if (publication.settledIndex() >= index) {
      sender.send(from, new Settled(publication.settledIndex()));
    } else if (asked.merge(from, index, Math::max) == index) {
      confirmations.submit(clock.nanos() + config.retryNanos(), confirmed -> {});
    }
  }

  /** Everything up to {@code index} is folded in and published here. */
  void settled(long index) {
    if (index == toldIndex) {
      return;
    }
    toldIndex = index;
    Iterator<Map.Entry<NodeId, Long>> each = asked.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<NodeId, Long> asker = each.next();
      sender.send(asker.getKey(), new Settled(index));
      if (index >= asker.getValue()) {
        each.remove();
      }
    }
  }

  void tick() {
    long now = clock.nanos();
    List<Waiting> late = new ArrayList<>();
    for (Waiting each : waiting) {
      if (now - each.deadlineNanos >= 0) {
        late.add(each);
      } else if (now - each.askAgainNanos >= 0) {
        ask(each, now);
      }
    }
    end(late);
  }

  /** Answers all that wait: nothing is heard of the group any more. */
  void giveUp() {
    end(List.copyOf(waiting));
  }

  private void end(List<Waiting> ended) {
    waiting.removeAll(ended);
    ended.forEach(each -> each.callback.accept(each.missing));
  }
}
