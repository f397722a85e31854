package io.quorate.sim.workload;

import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockRequest;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The tokens that clients of one kind got with some locks. They do not notice that a lock is
 * another's by now, and go on under the token that they have.
 */
final class TokenHolders {
  /** For how long one waits that has nothing to do. */
  static final long NOTHING_TO_DO_NANOS = 20_000_000;

  private static final List<Long> TTL_MILLIS = List.of(100L, 150L, 400L);
  private static final long WAIT_MILLIS = 400;
  private static final long ANSWER_MILLIS = 500;
  private static final long RELEASED_NANOS_MAX = 100_000_000;

  private final String kind;
  private final boolean release;
  private final IdentityHashMap<Client, Holder> holders = new IdentityHashMap<>();

  /** The highest token of each lock that was granted, as far as clients know. */
  private final long[] latest;

  /** The last token where no group keeps locks: each client that wants a lock gets it at once. */
  private long given;

  /** What a client remembers. */
  private static final class Holder {
    /** By lock; 0: it never had that. */
    final long[] tokens;

    /** Another one for each lock that it asks for. */
    int names;

    Holder(int locks) {
      tokens = new long[locks];
    }
  }

  /**
   * @param kind what the names of the locks begin with, and those of windows
   * @param release whether half of the holders release their locks; others end with their time
   */
  TokenHolders(String kind, int locks, boolean release) {
    this.kind = kind;
    this.release = release;
    this.latest = new long[locks];
  }

  /** Has a client work under a token of a lock: the one that it has, or one that it asks for. */
  void turn(Client client, int lock, Runnable work, Runnable done) {
    Holder holder = holder(client);
    if (holder.tokens[lock] != 0 && client.random().chance(0.5)) {
      client.counts(kind + ": goes on under its token");
      work.run();
    } else {
      acquire(client, holder, lock, work, done);
    }
  }

  private Holder holder(Client client) {
    return holders.computeIfAbsent(client, unseen -> new Holder(latest.length));
  }

  private void acquire(Client client, Holder holder, int lock, Runnable granted, Runnable done) {
    if (!client.hasLocks()) {
      holds(holder, lock, next());
      granted.run();
      return;
    }
    String owner = client.name() + "#" + holder.names++;
    client.askLocks(
        new LockRequest.Acquire(kind + lock, owner, client.random().pick(TTL_MILLIS), WAIT_MILLIS),
        WAIT_MILLIS + ANSWER_MILLIS,
        answer -> {
          if (answer instanceof LockAnswer.Granted it) {
            client.counts(kind + ": granted");
            holds(holder, lock, it.token());
            if (release) {
              releaseLater(client, new LockRequest.Release(kind + lock, owner, it.token()));
            }
            granted.run();
          } else {
            client.later(NOTHING_TO_DO_NANOS, done);
          }
        });
  }

  private static void releaseLater(Client client, LockRequest.Release release) {
    if (client.random().chance(0.5)) {
      client.later(
          client.random().between(0, RELEASED_NANOS_MAX),
          () -> client.askLocks(release, ANSWER_MILLIS, answer -> {}));
    }
  }

  private void holds(Holder holder, int lock, long token) {
    holder.tokens[lock] = token;
    latest[lock] = Math.max(latest[lock], token);
  }

  /** Returns the token of a lock that a client goes by; 0 if it never had the lock. */
  long token(Client client, int lock) {
    return holder(client).tokens[lock];
  }

  /** Counts an operation that is about to be asked for under a token that is no longer the last. */
  void countIfOld(Client client, int lock, long token) {
    if (token != 0 && token < latest[lock]) {
      client.counts(kind + ": asked under an old token");
    }
  }

  /** Returns a token for a lock that no group keeps. */
  long next() {
    return ++given;
  }

  /** Returns the last such token. */
  long last() {
    return given;
  }
}
