package io.quorate.locks;

import io.quorate.locks.LockCommand.Lapse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long each lock is held without another renewal, in the memory of the leader and by its clock.
 * A follower has none.
 */
final class Leases {
  /** Lapses of one command. */
  private static final int LAPSES_MAX = 1_000;

  private final LockRules rules;

  /** By the token of what is held. */
  private final Map<Long, Lease> byToken = new HashMap<>();

  /** No lease ends before this. */
  private long earliestNanos = Long.MAX_VALUE;

  private boolean any;

  private static final class Lease {
    final String name;
    final Hold hold;
    long endNanos;

    /** That its end is on its way into the log: it is over, whatever comes in between. */
    boolean expiring;

    Lease(String name, Hold hold, long endNanos) {
      this.name = name;
      this.hold = hold;
      this.endNanos = endNanos;
    }
  }

  Leases(LockRules rules) {
    this.rules = rules;
  }

  void clear() {
    byToken.clear();
    any = false;
  }

  /** A new leader takes each lock for held from now on, and as long as can be. */
  void begin(LockTable table, long nowNanos) {
    clear();
    for (String name : table.names()) {
      for (Hold hold : table.holds(name)) {
        put(name, hold, nowNanos + rules.ttlNanosAtNewLeader(ttlNanos(hold)));
      }
    }
  }

  /** A lock is held from now on. */
  void granted(String name, Hold hold, long nowNanos) {
    put(name, hold, nowNanos + ttlNanos(hold));
  }

  private void put(String name, Hold hold, long endNanos) {
    byToken.put(hold.token(), new Lease(name, hold, endNanos));
    earliestNanos = any && earliestNanos - endNanos < 0 ? earliestNanos : endNanos;
    any = true;
  }

  void ended(Hold hold) {
    byToken.remove(hold.token());
  }

  /**
   * Extends a lease.
   *
   * @param askedNanos when the renewal came
   * @return what is held for its time since then; null if the lease is over
   */
  @Nullable Hold renew(long token, long askedNanos, long nowNanos) {
    Lease lease = byToken.get(token);
    boolean expired = lease == null || lease.expiring || lease.endNanos - nowNanos <= 0;
    if (lease == null || !rules.mayRenew(expired)) {
      return null;
    }
    long end = askedNanos + ttlNanos(lease.hold);
    lease.endNanos = end - lease.endNanos > 0 ? end : lease.endNanos;
    return lease.hold;
  }

  /** Those whose time is over, some of them if there are many. */
  List<Lapse> lapsed(long nowNanos) {
    List<Lapse> lapsed = new ArrayList<>();
    if (!any || earliestNanos - nowNanos > 0) {
      return lapsed;
    }
    long next = nowNanos + Long.MAX_VALUE / 4;
    any = false;
    for (Lease lease : byToken.values()) {
      if (lease.expiring) {
        continue;
      }
      if (lease.endNanos - nowNanos <= 0 && lapsed.size() < LAPSES_MAX) {
        lapsed.add(new Lapse(lease.name, lease.hold.token(), lease.hold.since()));
      } else {
        next = lease.endNanos - next < 0 ? lease.endNanos : next;
        any = true;
      }
    }
    lapsed.sort(Comparator.comparingLong(Lapse::token));
    earliestNanos = lapsed.isEmpty() ? next : nowNanos; // looked at again, if the log is full
    any = any || !lapsed.isEmpty();
    return lapsed;
  }

  /** The end of these is in the leader's log. */
  void expiring(List<Lapse> lapses) {
    for (Lapse lapse : lapses) {
      Lease lease = byToken.get(lapse.token());
      if (lease != null) {
        lease.expiring = true;
      }
    }
  }

  long leftMillis(Hold hold, long nowNanos) {
    Lease lease = byToken.get(hold.token());
    return lease == null
        ? 0
        : Math.max(0, TimeUnit.NANOSECONDS.toMillis(lease.endNanos - nowNanos));
  }

  private static long ttlNanos(Hold hold) {
    return TimeUnit.MILLISECONDS.toNanos(hold.ttlMillis());
  }
}
