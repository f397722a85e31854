package io.quorate.client.internal.locks;

import io.quorate.client.HeldLock;
import io.quorate.client.OverloadedException;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.net.Loop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Renews what is held: all locks of all owners whose turn it is by one request. Owned by the loop.
 */
final class Renewals {
  /** A node gets a sixth of the time of the lock to answer, so that others can be asked, too. */
  private static final int ATTEMPT_PART = 6;

  private static final long ATTEMPT_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long ATTEMPT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1000);

  /** Between a renewal that failed and the next one. */
  private static final int PAUSE_PART = 10;

  /**
   * Owners whose turn comes within this part of the time of their locks are renewed with others.
   */
  private static final int EARLY_PART = 12;

  /** Locks of one request, which the answer names; an owner's locks are not divided. */
  private static final int LOCKS_MAX = 1_000;

  private final Loop loop;
  private final LockRequests requests;

  /** Told of a tenure that the cluster knows nothing of. */
  private final BiConsumer<Tenure, Boolean> lost;

  private final Map<String, Owner> owners = new LinkedHashMap<>();
  private Loop.@Nullable Timer timer;

  /** When the timer runs, if there is one. */
  private long timerNanos;

  private static final class Owner {
    final String name;
    final Set<Tenure> tenures = new LinkedHashSet<>();
    boolean underWay;

    /** No renewal before this, after one that failed. */
    @Nullable Long notBeforeNanos;

    /** Whether it is named alone: with others it was too much for one request. */
    boolean alone;

    Owner(String name) {
      this.name = name;
    }

    long shortestNanos() {
      return tenures.stream().mapToLong(each -> each.ttlNanos).min().orElse(0);
    }

    long renewAtNanos() {
      Long notBefore = notBeforeNanos;
      return notBefore != null
          ? notBefore
          : tenures.stream().mapToLong(Tenure::renewAtNanos).min().orElse(Long.MAX_VALUE);
    }
  }

  /** A lock under the token of a grant. */
  private record Grant(String name, long token) {}

  /**
   * @param lost told of a tenure that is over, and whether its time ran out here before the cluster
   *     said so
   */
  Renewals(Loop loop, LockRequests requests, BiConsumer<Tenure, Boolean> lost) {
    this.loop = loop;
    this.requests = requests;
    this.lost = lost;
  }

  static long attemptNanos(long ttlNanos) {
    return Math.min(Math.max(ttlNanos / ATTEMPT_PART, ATTEMPT_NANOS_MIN), ATTEMPT_NANOS_MAX);
  }

  void add(Tenure tenure) {
    Owner owner = owners.computeIfAbsent(tenure.owner, Owner::new);
    owner.tenures.add(tenure);
    plan(owner);
  }

  void remove(Tenure tenure) {
    Owner owner = owners.get(tenure.owner);
    if (owner != null && owner.tenures.remove(tenure) && owner.tenures.isEmpty()) {
      owners.remove(tenure.owner);
      if (owners.isEmpty()) {
        cancelTimer();
      }
    }
  }

  private void plan(Owner owner) {
    if (!owner.underWay && !owner.tenures.isEmpty()) {
      planAt(owner.renewAtNanos());
    }
  }

  private void planAt(long atNanos) {
    if (timer != null && timerNanos <= atNanos) {
      return;
    }
    cancelTimer();
    timerNanos = atNanos;
    timer = loop.schedule(this::renewDue, Math.max(0, atNanos - loop.nanos()));
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /**
   * Renews the owners whose turn it is, and those with them whose turn comes soon. Locks with times
   * of different lengths are not asked for together: how long a node may take depends on that.
   */
  private void renewDue() {
    timer = null;
    long now = loop.nanos();
    Map<Long, List<Owner>> due = new TreeMap<>();
    Set<Long> lengths = new HashSet<>();
    long next = Long.MAX_VALUE;
    for (Owner owner : owners.values()) {
      if (owner.underWay) {
        continue;
      }
      long at = owner.renewAtNanos();
      long shortest = owner.shortestNanos();
      long length = Long.highestOneBit(shortest);
      if (at - now <= (owner.notBeforeNanos != null ? 0 : shortest / EARLY_PART)) {
        due.computeIfAbsent(length, key -> new ArrayList<>()).add(owner);
      }
      if (at - now <= 0) {
        lengths.add(length);
      } else {
        next = Math.min(next, at);
      }
    }
    due.keySet().retainAll(lengths);
    due.values().forEach(this::renew);
    if (next != Long.MAX_VALUE) {
      planAt(next);
    }
  }

  private void renew(List<Owner> due) {
    List<Owner> together = new ArrayList<>();
    int locks = 0;
    for (Owner owner : due) {
      if (owner.alone) {
        send(List.of(owner));
        continue;
      }
      if (!together.isEmpty() && locks + owner.tenures.size() > LOCKS_MAX) {
        send(together);
        together = new ArrayList<>();
        locks = 0;
      }
      together.add(owner);
      locks += owner.tenures.size();
    }
    if (!together.isEmpty()) {
      send(together);
    }
  }

  private void send(List<Owner> renewed) {
    if (renewed.stream().allMatch(owner -> owner.tenures.isEmpty())) {
      return; // lost or released by what was heard just now
    }
    List<Tenure> asked = new ArrayList<>();
    for (Owner owner : renewed) {
      owner.underWay = true;
      owner.notBeforeNanos = null;
      asked.addAll(owner.tenures);
    }
    long shortest = Long.MAX_VALUE;
    long until = Long.MIN_VALUE;
    for (Tenure tenure : asked) {
      shortest = Math.min(shortest, tenure.ttlNanos);
      until = Math.max(until, tenure.untilNanos());
    }
    long pause = shortest / PAUSE_PART; // after a failure
    var unused =
        requests
            .renew(
                renewed.stream().map(owner -> owner.name).toList(), until, attemptNanos(shortest))
            .whenComplete(
                (answered, failure) -> {
                  renewed.forEach(owner -> owner.underWay = false);
                  if (failure == null) {
                    onAnswer(asked, answered.answer(), answered.sentNanos());
                  } else {
                    onFailure(renewed, failure, pause);
                  }
                  renewed.forEach(this::plan);
                });
  }

  /** What was held when the request was sent, and is not named, is held no more. */
  private void onAnswer(List<Tenure> asked, List<HeldLock> answer, long sentNanos) {
    Set<Grant> held = new HashSet<>();
    answer.forEach(each -> held.add(new Grant(each.name(), each.token())));
    for (Tenure tenure : asked) {
      Owner owner = owners.get(tenure.owner);
      if (owner == null || !owner.tenures.contains(tenure)) {
        continue; // released or lost meanwhile
      }
      if (!held.contains(new Grant(tenure.name, tenure.token))) {
        lost.accept(tenure, false);
      } else if (tenure.isHeld()) {
        tenure.renewed(sentNanos);
      } else {
        lost.accept(tenure, true); // the answer came too late: what was seen to end does not return
      }
    }
  }

  private void onFailure(List<Owner> renewed, Throwable failure, long pauseNanos) {
    boolean tooMuch =
        renewed.size() > 1 && QuorateException.causeOf(failure) instanceof OverloadedException;
    for (Owner owner : renewed) {
      owner.alone |= tooMuch;
      owner.notBeforeNanos = loop.nanos() + (tooMuch ? 0 : pauseNanos);
    }
  }

  static boolean isAmong(List<HeldLock> held, String name, long token) {
    for (HeldLock each : held) {
      if (each.token() == token && each.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
