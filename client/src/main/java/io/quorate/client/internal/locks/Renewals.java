package io.quorate.client.internal.locks;

import io.quorate.client.HeldLock;
import io.quorate.client.internal.net.Loop;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Renews what is held: all locks of an owner by one request. Owned by the loop. */
final class Renewals {
  /** A node gets a sixth of the time of the lock to answer, so that others can be asked, too. */
  private static final int ATTEMPT_PART = 6;

  private static final long ATTEMPT_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long ATTEMPT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1000);

  /** Between a renewal that failed and the next one. */
  private static final int PAUSE_PART = 10;

  private final Loop loop;
  private final LockRequests requests;

  /** Told of a tenure that the cluster knows nothing of. */
  private final BiConsumer<Tenure, Boolean> lost;

  private final Map<String, Owner> owners = new HashMap<>();

  private static final class Owner {
    final Set<Tenure> tenures = new LinkedHashSet<>();
    Loop.@Nullable Timer timer;
    boolean underWay;
  }

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
    Owner owner = owners.computeIfAbsent(tenure.owner, name -> new Owner());
    owner.tenures.add(tenure);
    plan(tenure.owner, owner);
  }

  void remove(Tenure tenure) {
    Owner owner = owners.get(tenure.owner);
    if (owner != null && owner.tenures.remove(tenure) && owner.tenures.isEmpty()) {
      owners.remove(tenure.owner);
      if (owner.timer != null) {
        owner.timer.cancel();
      }
    }
  }

  private void plan(String name, Owner owner) {
    long at = Long.MAX_VALUE;
    for (Tenure tenure : owner.tenures) {
      at = Math.min(at, tenure.renewAtNanos());
    }
    plan(name, owner, at - loop.nanos());
  }

  private void plan(String name, Owner owner, long inNanos) {
    if (owner.underWay || owner.tenures.isEmpty()) {
      return;
    }
    if (owner.timer != null) {
      owner.timer.cancel();
    }
    owner.timer = loop.schedule(() -> renew(name, owner), Math.max(0, inNanos));
  }

  private void renew(String name, Owner owner) {
    List<Tenure> asked = List.copyOf(owner.tenures);
    if (owner.underWay || asked.isEmpty()) {
      return;
    }
    owner.underWay = true;
    long shortest = Long.MAX_VALUE;
    long until = Long.MIN_VALUE;
    for (Tenure tenure : asked) {
      shortest = Math.min(shortest, tenure.ttlNanos);
      until = Math.max(until, tenure.untilNanos());
    }
    long pause = shortest / PAUSE_PART; // after a failure
    var unused =
        requests
            .renew(name, until, attemptNanos(shortest))
            .whenComplete(
                (answered, failure) -> {
                  owner.underWay = false;
                  if (failure == null) {
                    onAnswer(owner, asked, answered.answer(), answered.sentNanos());
                    plan(name, owner);
                  } else {
                    plan(name, owner, pause);
                  }
                });
  }

  /** What was held when the request was sent, and is not named, is held no more. */
  private void onAnswer(Owner owner, List<Tenure> asked, List<HeldLock> held, long sentNanos) {
    for (Tenure tenure : asked) {
      if (!owner.tenures.contains(tenure)) {
        continue; // released or lost meanwhile
      }
      if (!isAmong(held, tenure)) {
        lost.accept(tenure, false);
      } else if (tenure.isHeld()) {
        tenure.renewed(sentNanos);
      } else {
        lost.accept(tenure, true); // the answer came too late: what was seen to end does not return
      }
    }
  }

  static boolean isAmong(List<HeldLock> held, Tenure tenure) {
    return isAmong(held, tenure.name, tenure.token);
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
