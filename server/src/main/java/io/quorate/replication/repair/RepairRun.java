package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Tenant;
import io.quorate.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Comparisons that an operator asked for, until each of them has ended or was given up. */
public final class RepairRun {
  private static final int ATTEMPTS_MAX = 4;
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long TELL_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final int total;
  private final Predicate<Tenant> tenants;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final RepairConfig config;
  private final Listener listener;

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<Pair, Integer> attempts = new TreeMap<>();
  private final List<Failed> failed = new ArrayList<>();
  private final Set<Pair> underWay = new TreeSet<>();
  private int done;
  private long found;
  private long records;
  private long bytes;
  private boolean over;
  private long toldNanos;

  /** A comparison that has not begun, and does not before a moment. */
  private record Waiting(Pair pair, long notBeforeNanos) {}

  /** Hears how far it is: now and then, and once more when it is over. */
  @FunctionalInterface
  public interface Listener {
    void at(Progress progress);
  }

  /** A comparison that was given up. */
  public record Failed(int partition, NodeId other, String why) {}

  /**
   * How far it is.
   *
   * @param pairs of partition and other replica that are compared
   * @param done of these, the ones that are equal now
   * @param found keys that differed
   * @param records that were brought to the replicas that lacked them
   * @param bytes of these
   * @param failed pairs that were given up
   * @param over whether there is no more to come
   */
  public record Progress(
      int pairs,
      int done,
      long found,
      long records,
      long bytes,
      List<Failed> failed,
      boolean over) {
    public Progress {
      failed = List.copyOf(failed);
    }
  }

  RepairRun(
      List<Pair> pairs,
      Predicate<Tenant> tenants,
      Predicate<NodeId> takesWrites,
      Clock clock,
      RepairConfig config,
      Listener listener) {
    this.total = pairs.size();
    this.tenants = tenants;
    this.takesWrites = takesWrites;
    this.clock = clock;
    this.config = config;
    this.listener = listener;
    this.toldNanos = clock.nanos() - TELL_EVERY_NANOS;
    pairs.forEach(pair -> waiting.add(new Waiting(pair, clock.nanos())));
  }

  Predicate<Tenant> tenants() {
    return tenants;
  }

  boolean isOver() {
    return over;
  }

  /** The comparisons that have begun. Once the run is over, its caller has no use for them. */
  List<Pair> underWay() {
    return List.copyOf(underWay);
  }

  /** What can be compared now; null if there is nothing. */
  @Nullable Pair next(Predicate<Pair> free) {
    if (over) {
      return null;
    }
    long now = clock.nanos();
    for (Waiting each : waiting) {
      if (now - each.notBeforeNanos >= 0 && free.test(each.pair)) {
        waiting.remove(each);
        underWay.add(each.pair);
        return each.pair;
      }
    }
    return null;
  }

  void onEnded(Pair pair, Session.Ended ended) {
    underWay.remove(pair);
    found += ended.found();
    records += (long) ended.brought() + ended.fetched();
    bytes += ended.bytes();
    if (over) {
      return;
    }
    switch (ended.how()) {
      case COMPLETE -> {
        if (ended.madeEqual()) {
          done++;
        } else {
          retry(pair, ended.why());
        }
      }
      case NO_TREE -> again(pair, AGAIN_NANOS);
      case FAILED -> retry(pair, ended.why());
    }
  }

  private void retry(Pair pair, String why) {
    int tried = attempts.merge(pair, 1, Integer::sum);
    if (tried >= ATTEMPTS_MAX) {
      failed.add(new Failed(pair.partition(), pair.other(), why));
    } else {
      again(pair, Math.min(config.retryNanos(), TimeUnit.SECONDS.toNanos(tried)));
    }
  }

  private void again(Pair pair, long waitNanos) {
    waiting.add(new Waiting(pair, clock.nanos() + waitNanos));
  }

  void tick() {
    if (over) {
      return;
    }
    for (Waiting each : List.copyOf(waiting)) {
      if (!takesWrites.test(each.pair.other())) {
        waiting.remove(each);
        failed.add(
            new Failed(
                each.pair.partition(), each.pair.other(), "it is not heard, or takes no writes"));
      }
    }
    over = waiting.isEmpty() && underWay.isEmpty();
    long now = clock.nanos();
    if (over || now - toldNanos >= TELL_EVERY_NANOS) {
      toldNanos = now;
      listener.at(progress());
    }
  }

  private Progress progress() {
    return new Progress(total, done, found, records, bytes, failed, over);
  }

  /** Begins nothing more; comparisons that have begun are broken off soon. */
  public void cancel() {
    if (!over) {
      over = true;
      for (Waiting each : waiting) {
        failed.add(new Failed(each.pair.partition(), each.pair.other(), "it was called off"));
      }
      waiting.clear();
      listener.at(progress());
    }
  }
}
