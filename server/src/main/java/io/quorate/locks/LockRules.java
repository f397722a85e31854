package io.quorate.locks;

import io.quorate.locks.LockCommand.Lapse;
import java.util.List;

/**
 * The decisions that the safety of locks depends on, one method each. Tests override one method
 * with a classic bug and require that the simulation fails.
 */
class LockRules {
  static final LockRules ALL = new LockRules();

  /**
   * Only who holds a lock releases it, and only the tenure that the token names
   * (docs/design/locks.md#release).
   */
  boolean mayRelease(Hold hold, String owner, long token) {
    return hold.owner().equals(owner) && hold.token() == token;
  }

  /**
   * For how long a new leader takes a lock for held: all of its time, since the leader before it
   * may have granted a renewal just before (docs/design/locks.md#leader).
   */
  long ttlNanosAtNewLeader(long ttlNanos) {
    return ttlNanos;
  }

  /**
   * Which leases end by one entry of the log: one of them, since the token of a grant is the index
   * of the entry that made it (docs/design/locks.md#token).
   */
  List<List<Lapse>> entriesOf(List<Lapse> lapsed) {
    return lapsed.stream().map(List::of).toList();
  }

  /**
   * Whether a lease can be renewed: not when its end is on its way into the log, for by then
   * another one may hold the lock (docs/design/locks.md#end).
   */
  boolean mayRenew(boolean expiring) {
    return !expiring;
  }

  /**
   * Whether a renewal is answered only when a majority has confirmed, since it came, that this node
   * leads (docs/design/locks.md#renew).
   */
  boolean confirmsLeadership() {
    return true;
  }
}
