package io.quorate.locks;

import java.util.Collection;

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
   * The token of the next grant: the index of the entry that makes it, and one more than the last
   * one if that entry makes several grants (docs/design/locks.md#token).
   */
  long token(long index, long lastToken) {
    return Math.max(index, lastToken + 1);
  }

  /**
   * Whether an owner may get a lock beside those that hold it: one that wants it alone gets it when
   * it is free, and one that shares it only beside others that do (docs/design/locks.md#modes).
   */
  boolean mayShare(LockMode wanted, Collection<Hold> holders) {
    return wanted.shared() && holders.stream().allMatch(hold -> hold.mode().shared());
  }

  /**
   * Whether an owner may get a shared lock beside those that hold it: while there are fewer holders
   * than the limit that its request names (docs/design/locks.md#limit).
   */
  boolean hasRoom(LockMode wanted, int holders) {
    return holders < wanted.limit();
  }

  /**
   * Whether an owner that comes gets a lock while others stand in line: it goes to the end of the
   * line, though it might share the lock with those that hold it (docs/design/locks.md#line).
   */
  boolean mayPassLine() {
    return false;
  }

  /**
   * Whether a lease can be renewed: not when its end is on its way into the log, for by then
   * another one may hold the lock (docs/design/locks.md#end).
   */
  boolean mayRenew(boolean expiring) {
    return !expiring;
  }

  /**
   * Whether the metadata group knows of a change of voters before it is made
   * (docs/design/locks.md#keepers).
   */
  boolean recordsVoters() {
    return true;
  }

  /**
   * Whether a renewal is answered only when a majority has confirmed, since it came, that this node
   * leads (docs/design/locks.md#renew).
   */
  boolean confirmsLeadership() {
    return true;
  }
}
