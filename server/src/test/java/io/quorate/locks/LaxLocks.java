package io.quorate.locks;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import io.quorate.storage.RaftStore;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;

/** Rules that nodes keeping locks lack, for tests that must notice it. */
public enum LaxLocks {
  /** A new leader takes locks for free before their time is over. */
  TTL_SHORTENED,
  /** A lock is released by any owner, under any token. */
  RELEASED_UNTOKENED,
  /** A renewal is taken when the lock's time is over. */
  RENEWED_TOO_LATE,
  /** A renewal is answered by a leader that may lead no more. */
  RENEWED_UNCONFIRMED,
  /** The token of a grant is the index of the entry that makes it, and of several grants. */
  ONE_TOKEN_AN_ENTRY,
  /** Who shares a lock gets it beside one that holds it alone. */
  SHARED_BESIDE_EXCLUSIVE,
  /** A semaphore takes one more than it has room for. */
  ONE_MORE_THAN_THE_LIMIT,
  /** The metadata group is not told who is to vote. */
  VOTERS_UNRECORDED;

  /** So small that a run sees snapshots. */
  private static final long SNAPSHOT_BYTES = 600;

  /** Makes a node's part in the group that lacks rules, with times and sizes for short runs. */
  public static Locks create(
      Set<LaxLocks> lacks,
      NodeId self,
      int boot,
      LockConfig config,
      LaneTime time,
      Randomness chance,
      Network<byte[]> network,
      RaftStore store,
      Locks.Cluster cluster,
      Consumer<Event> events) {
    LockConfig small =
        new LockConfig(
            config.raft(),
            config.tickNanos(),
            SNAPSHOT_BYTES,
            config.retryNanos() / 4,
            config.waiterNanos() / 4,
            config.pendingMax(),
            config.inputsMax());
    return new Locks(
        self, boot, small, rules(lacks), time, chance, network, store, cluster, events);
  }

  private static LockRules rules(Set<LaxLocks> lacks) {
    return lacks.isEmpty() ? LockRules.ALL : new Lacking(lacks);
  }

  private static final class Lacking extends LockRules {
    private final Set<LaxLocks> lacks;

    Lacking(Set<LaxLocks> lacks) {
      this.lacks = lacks;
    }

    @Override
    boolean mayRelease(Hold hold, String owner, long token) {
      return lacks.contains(RELEASED_UNTOKENED) || super.mayRelease(hold, owner, token);
    }

    @Override
    long ttlNanosAtNewLeader(long ttlNanos) {
      return lacks.contains(TTL_SHORTENED) ? ttlNanos / 10 : super.ttlNanosAtNewLeader(ttlNanos);
    }

    @Override
    boolean mayRenew(boolean expiring) {
      return lacks.contains(RENEWED_TOO_LATE) || super.mayRenew(expiring);
    }

    @Override
    long token(long index, long lastToken) {
      return lacks.contains(ONE_TOKEN_AN_ENTRY) ? index : super.token(index, lastToken);
    }

    @Override
    boolean mayShare(LockMode wanted, Collection<Hold> holders) {
      return lacks.contains(SHARED_BESIDE_EXCLUSIVE)
          ? wanted.shared()
          : super.mayShare(wanted, holders);
    }

    @Override
    boolean hasRoom(LockMode wanted, int holders) {
      return lacks.contains(ONE_MORE_THAN_THE_LIMIT)
          ? holders <= wanted.limit()
          : super.hasRoom(wanted, holders);
    }

    @Override
    boolean recordsVoters() {
      return !lacks.contains(VOTERS_UNRECORDED) && super.recordsVoters();
    }

    @Override
    boolean confirmsLeadership() {
      return !lacks.contains(RENEWED_UNCONFIRMED) && super.confirmsLeadership();
    }
  }
}
