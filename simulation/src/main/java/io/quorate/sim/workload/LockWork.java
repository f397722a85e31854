package io.quorate.sim.workload;

import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockMode;
import io.quorate.locks.LockRequest;
import io.quorate.sim.check.LockHolds;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients that take turns with a few locks: acquire at any node, alone or shared, waiting or not,
 * renew now and then, at times too late, and release or die. Who holds what is checked by the true
 * time.
 */
final class LockWork implements Workload {
  static final String NAME = "locks";

  private static final int LOCKS = 2;
  private static final long MILLIS = 1_000_000;
  private static final long NOTHING_TO_DO_NANOS = 20 * MILLIS;

  private final IdentityHashMap<Client, Integer> owners = new IdentityHashMap<>();
  private @Nullable LockHolds holds;
  private @Nullable Client any;

  @Override
  public void turn(Client client, Runnable done) {
    if (!client.hasLocks()) {
      client.later(NOTHING_TO_DO_NANOS, done);
      return;
    }
    any = client;
    if (holds == null) {
      holds = new LockHolds(client.world(), client::counts);
    }
    SimRandom random = client.random();
    int owner = owners.merge(client, random.chance(0.3) ? 1 : 0, Integer::sum);
    new LockTenure(
            asking(client),
            holds,
            NAME + random.nextInt(LOCKS),
            client.name() + "#" + owner,
            LockTenure.mode(random),
            random.pick(List.of(150L, 400L, 2_500L)),
            random.pick(List.of(0L, 100L, 800L)),
            done)
        .begin();
  }

  private LockTenure.Asking asking(Client client) {
    return new LockTenure.Asking() {
      @Override
      public SimWorld world() {
        return client.world();
      }

      @Override
      public SimRandom random() {
        return client.random();
      }

      @Override
      public void changesName() {
        owners.merge(client, 1, Integer::sum);
      }

      @Override
      public void counts(String window) {
        client.counts(window);
      }

      @Override
      public void later(long nanos, Runnable what) {
        client.later(nanos, what);
      }

      @Override
      public void ask(LockRequest request, long millis, Consumer<@Nullable LockAnswer> heard) {
        client.askLocks(request, millis, heard);
      }
    };
  }

  /** All owners are gone, and their time is over: each lock is free, at once and at any node. */
  @Override
  public void rests() {
    Client client = any;
    LockHolds checker = holds;
    if (client == null || checker == null) {
      return;
    }
    for (int i = 0; i < LOCKS; i++) {
      String lock = NAME + i;
      String owner = "last " + i;
      long sent = client.world().nowNanos();
      LockAnswer answer = client.awaitLocks(new LockRequest.Acquire(lock, owner, 1_000, 0));
      if (!(answer instanceof Granted granted)) {
        throw new PromiseBroken(
            "lock holds", "lock %s is not free in the end: %s".formatted(lock, answer));
      }
      boolean unused =
          checker.heard(
              lock, owner, LockMode.EXCLUSIVE, granted.token(), sent + TimeUnit.SECONDS.toNanos(1));
    }
    checker.rests();
  }
}
