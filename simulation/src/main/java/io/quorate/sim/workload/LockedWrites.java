package io.quorate.sim.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.TokenOrder;
import io.quorate.sim.check.UniqueValue;
import io.quorate.sim.kernel.SimRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write keys of which the last write wins under the tokens of locks, each key under
 * one lock, as {@link FencedWrites} do with linearizable ones: some pause, and go on under their
 * old token. Where no group keeps locks, they also write one more key while its lock goes from one
 * holder to the next.
 */
final class LockedWrites implements Workload {
  static final String NAME = "locked";

  private static final int LOCKS = 2;

  /** The lock that goes from one holder to the next within a turn of one client. */
  private static final int PASSED_ON = LOCKS;

  private static final long MILLIS = 1_000_000;
  private static final long OVERLAP_NANOS_MAX = 5 * MILLIS;

  /** How often a turn is of that kind. */
  private static final double PASSES_ON = 0.25;

  /** Reads in such a turn, and by how much one may begin after the other. */
  private static final int READS = 3;

  private static final List<Long> APART_NANOS_MAX = List.of(MILLIS / 2, 3 * MILLIS, 20 * MILLIS);

  /** Calls on one key: each is compared with all others. */
  private static final int CALLS_MAX = 300;

  private final TokenOrder order = new TokenOrder();
  private final Map<String, Integer> calls = new TreeMap<>();
  private final int[] generations = new int[LOCKS + 1];
  private final TokenHolders holders = new TokenHolders(NAME, LOCKS, false);

  private long requests;

  @Override
  public void turn(Client client, Runnable done) {
    Tenant tenant =
        client.others().stream().filter(each -> each.name().equals(NAME)).findFirst().orElse(null);
    if (tenant == null) {
      client.later(TokenHolders.NOTHING_TO_DO_NANOS, done);
      return;
    }
    if (client.isDataPlaneAlone() && client.random().chance(PASSES_ON)) {
      passOn(client, tenant, done);
      return;
    }
    int lock = client.random().nextInt(LOCKS);
    Runnable work = () -> work(client, tenant, lock, client.random().nextInt(4), done);
    holders.turn(client, lock, work, done);
  }

  /** Some operations under one token, with pauses of any length between them. */
  private void work(Client client, Tenant tenant, int lock, int more, Runnable done) {
    Runnable next =
        more == 0
            ? done
            : () -> client.later(pause(client), () -> work(client, tenant, lock, more - 1, done));
    // One that asks for no lock is not held back, and holds none back.
    long token = client.random().chance(0.2) ? 0 : holders.token(client, lock);
    holders.countIfOld(client, lock, token);
    String key = key(lock, 1);
    int kind = client.random().nextInt(10);
    if (kind < 5) {
      if (token != 0 && client.random().chance(0.3)) {
        client.counts("locked: read twice at a time");
        client.later(
            client.random().between(0, OVERLAP_NANOS_MAX),
            () -> read(client, tenant, key, token, () -> {}));
      }
      read(client, tenant, key, token, next);
    } else {
      write(client, tenant, key, token, kind < 8, next);
    }
  }

  /**
   * A write, and reads under the tokens of later holders while it is under way. Each round of the
   * write may meet the mark of another read, and of two reads under one token, only the later may
   * find what the write has left at one replica. A read under no lock afterwards shows what is
   * lost.
   */
  private void passOn(Client client, Tenant tenant, Runnable done) {
    client.counts("locked: passed on while its key is written");
    SimRandom random = client.random();
    String key = key(PASSED_ON, READS + 2);
    long apart = random.pick(APART_NANOS_MAX);
    AtomicInteger open = new AtomicInteger(1 + READS);
    Runnable ended =
        () -> {
          if (open.decrementAndGet() == 0) {
            read(client, tenant, key, 0, done);
          }
        };
    long writer = random.chance(0.5) ? 0 : holders.next();
    client.later(
        random.between(0, apart),
        () -> write(client, tenant, key, writer, random.chance(0.8), ended));
    long at = 0;
    for (int i = 0; i < READS; i++) {
      long token = i == 0 || random.chance(0.7) ? holders.next() : holders.last();
      at += random.between(0, apart);
      client.later(at, () -> read(client, tenant, key, token, ended));
    }
  }

  private static long pause(Client client) {
    return client.random().between(0, client.random().chance(0.15) ? 700 * MILLIS : 10 * MILLIS);
  }

  /** Returns the key of a lock, on which {@code further} calls are about to be made. */
  private String key(int lock, int further) {
    String key = NAME + lock + "." + generations[lock];
    if (calls.merge(key, further, Integer::sum) > CALLS_MAX) {
      generations[lock]++;
    }
    return key;
  }

  private void read(Client client, Tenant tenant, String key, long token, Runnable done) {
    TokenOrder.Call call = order.reads(key, token);
    client.ask(
        client.anyNode(),
        new Operation.Get(tenant.name(), key.getBytes(UTF_8), Level.QUORUM, null, null, token),
        outcome -> {
          if (outcome instanceof Outcome.Read read) {
            client.counts(token == 0 ? "locked: read" : "locked: read under a token");
            call.found(read.live() == null ? null : new String(read.live().copyValue(), UTF_8));
          } else if (isFenced(outcome)) {
            client.counts("locked: read refused");
          }
          done.run();
        });
  }

  private static boolean isFenced(@Nullable Outcome outcome) {
    return outcome instanceof Outcome.Failed(Failure failure)
        && failure.reason() == Failure.Reason.FENCED;
  }

  private void write(
      Client client, Tenant tenant, String key, long token, boolean isPut, Runnable done) {
    TokenOrder.Call call = order.writes(key, token);
    client.ask(
        client.anyNode(),
        number -> {
          byte[] value = isPut ? UniqueValue.of(number, 1) : null;
          call.puts(value == null ? null : new String(value, UTF_8));
          return operation(tenant, key, token, value);
        },
        outcome -> {
          if (outcome instanceof Outcome.Written) {
            client.counts(token == 0 ? "locked: written" : "locked: written under a token");
            call.acknowledged();
          } else if (outcome instanceof Outcome.Failed(Failure failure)) {
            if (isFenced(outcome)) {
              client.counts(
                  failure.fence() == 0
                      ? "locked: refused, for its lock is over"
                      : "locked: refused");
            }
            if (!failure.mayHaveApplied()) {
              call.refused();
            }
          }
          done.run();
        });
  }

  private Operation operation(Tenant tenant, String key, long token, byte @Nullable [] value) {
    byte[] bytes = key.getBytes(UTF_8);
    RequestId request = new RequestId(0, 9, ++requests);
    return value == null
        ? new Operation.Delete(
            tenant.name(), bytes, Level.QUORUM, request, null, 0, Outcome.NO_CONTEXT, null, token)
        : new Operation.Put(
            tenant.name(),
            bytes,
            value,
            Level.QUORUM,
            0,
            request,
            null,
            0,
            Outcome.NO_CONTEXT,
            null,
            token);
  }
}
