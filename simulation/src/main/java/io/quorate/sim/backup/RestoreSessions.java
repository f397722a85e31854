package io.quorate.sim.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Key;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import io.quorate.sim.check.RestoreChecker;
import io.quorate.sim.check.RestoreChecker.Write;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Clients of a tenant that restores go into: they write as they are told to. */
final class RestoreSessions {
  static final List<String> KEYS = IntStream.range(0, 12).mapToObj(i -> "k" + i).toList();

  private static final int SESSIONS = 3;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);
  private static final long SESSION = 5;
  private static final long TTL_MILLIS = 300;

  private final SimWorld world;
  private final SimCluster cluster;
  private final RestoreChecker checker;
  private final String tenant;
  private final SimRandom random;

  /** Whether some writes are acknowledged by one replica. */
  private final boolean atOne;

  private Pace pace = Pace.BUSY;
  private boolean stopped;
  private int underWay;
  private long stamped;
  private long requests;

  /** How much the clients do. */
  enum Pace {
    /** Writes, deletions and reads, one after the other. */
    BUSY(8_000_000L),
    /** A write now and then. */
    SELDOM(150_000_000L),
    QUIET(20_000_000L);

    private final long thinkNanos;

    Pace(long thinkNanos) {
      this.thinkNanos = thinkNanos;
    }
  }

  RestoreSessions(
      SimCluster cluster, RestoreChecker checker, String tenant, boolean atOne, SimRandom random) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.checker = checker;
    this.tenant = tenant;
    this.atOne = atOne;
    this.random = random;
  }

  void start() {
    for (int i = 0; i < SESSIONS; i++) {
      next();
    }
  }

  void stop() {
    stopped = true;
  }

  boolean isDone() {
    return stopped && underWay == 0;
  }

  void pace(Pace next) {
    pace = next;
  }

  private void next() {
    world.schedule(
        random.exponential(pace.thinkNanos) + 1,
        "client of a restore",
        () -> {
          if (!stopped) {
            if (pace == Pace.QUIET) {
              next();
            } else {
              turn(cluster.operator().any(random), this::next);
            }
          }
        });
  }

  private void turn(SimNode node, Runnable done) {
    String key = random.pick(KEYS);
    int kind = pace == Pace.SELDOM ? 0 : random.nextInt(10);
    if (kind < 6) {
      put(node, key, done);
    } else if (kind < 8) {
      delete(node, key, ended -> done.run());
    } else {
      read(node, key, done);
    }
  }

  /** Told whether an operation was carried out. */
  interface Ended {
    void ended(boolean done);
  }

  /** Writes at a node that has not heard that the tenant was closed. */
  void writeAt(SimNode node) {
    put(node, random.pick(KEYS), () -> {});
  }

  private void put(SimNode node, String key, Runnable done) {
    @Nullable Tenant known = known(node);
    if (known == null) {
      done.run();
      return;
    }
    boolean named = known.namesWrites();
    // With a token that no lock has: the key has a fence from then on.
    long token = !named && random.chance(0.1) ? 1 + random.nextInt(1_000) : 0;
    Level level =
        named || token != 0 || !atOne
            ? Level.QUORUM
            : random.pick(List.of(Level.ONE, Level.QUORUM));
    long ttlMillis = !named && random.chance(0.1) ? TTL_MILLIS : 0;
    Write write =
        checker.puts(known.id(), key, ttlMillis != 0, !level.equals(Level.ONE), world.nowNanos());
    submit(
        node,
        known,
        key,
        new Operation.Put(
            tenant,
            key.getBytes(UTF_8),
            write.value().getBytes(UTF_8),
            named ? null : level,
            ttlMillis,
            named ? nextRequest() : RequestId.NONE,
            named ? stamp(node, known, key) : null,
            0,
            Outcome.NO_CONTEXT,
            null,
            token),
        write,
        ended -> done.run());
  }

  void delete(SimNode node, String key, Ended ended) {
    @Nullable Tenant known = known(node);
    if (known == null) {
      ended.ended(false);
      return;
    }
    boolean named = known.namesWrites();
    Write write = checker.deletes(known.id(), key, true, world.nowNanos());
    submit(
        node,
        known,
        key,
        new Operation.Delete(
            tenant,
            key.getBytes(UTF_8),
            named ? null : Level.QUORUM,
            named ? nextRequest() : RequestId.NONE,
            named ? stamp(node, known, key) : null,
            0,
            Outcome.NO_CONTEXT,
            null,
            0),
        write,
        ended);
  }

  private void read(SimNode node, String key, Runnable done) {
    @Nullable Tenant known = known(node);
    if (known == null) {
      done.run();
      return;
    }
    checker.reads(known.id(), key);
    submit(
        node,
        known,
        key,
        new Operation.Get(tenant, key.getBytes(UTF_8), known.namesWrites() ? null : Level.QUORUM),
        null,
        ended -> done.run());
  }

  private @Nullable Tenant known(SimNode node) {
    Placements known = node.placements();
    return known == null ? null : known.tenant(tenant);
  }

  private RequestId nextRequest() {
    return new RequestId(stamped, SESSION, ++requests);
  }

  private WriteStamp stamp(SimNode node, Tenant known, String key) {
    long now = Hlc.of(SimClock.EPOCH_MILLIS + world.nowNanos() / 1_000_000, 0);
    stamped = Hlc.later(stamped + 1, now);
    Placements placements = node.placements();
    int partition = new Key(known.id(), key.getBytes(UTF_8)).partition(SimCluster.PARTITIONS);
    long epoch = placements == null ? 0 : placements.epoch(partition);
    return new WriteStamp(stamped, epoch, 0, true);
  }

  /**
   * @param known the tenant, as the node knows it
   * @param write null for a read
   */
  private void submit(
      SimNode node,
      Tenant known,
      String key,
      Operation operation,
      @Nullable Write write,
      Ended ended) {
    Placements placements = node.placements();
    @Nullable ClientRequest request =
        placements == null
            ? null
            : ClientRequest.of(placements, operation, node.clock().nanos() + ANSWER_MAX.toNanos());
    if (request == null || !node.isUp()) {
      if (write != null) {
        checker.refused(write);
      }
      checker.turnedAway(known.id(), key);
      ended.ended(false);
      return;
    }
    underWay++;
    OneAnswer one = new OneAnswer();
    Ended first =
        done -> {
          if (one.isFirst()) {
            underWay--;
            ended.ended(done);
          }
        };
    world.schedule(ANSWER_MAX.toNanos() * 2, "gives up", () -> first.ended(false));
    node.onCoordinator(
        coordinator ->
            coordinator.submit(
                request,
                outcome -> {
                  // Though the client may have given up.
                  boolean done = hears(known, key, write, outcome);
                  world.schedule(0, "client of a restore", () -> first.ended(done));
                }));
  }

  private boolean hears(Tenant known, String key, @Nullable Write write, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Written written -> {
        stamped = Hlc.later(stamped, written.info().hlc());
        if (write != null) {
          checker.acknowledged(write, written.version(), world.nowNanos());
        }
        yield true;
      }
      case Outcome.Failed(var failure) -> {
        world.note("restores", () -> tenant + ": " + write + " " + failure);
        if (write != null && !failure.mayHaveApplied()) {
          checker.refused(write);
        }
        if (known.isBeingRestored() && failure.reason() == Failure.Reason.UNKNOWN_TENANT) {
          checker.turnedAway(known.id(), key);
        }
        yield false;
      }
      case Outcome.Read read -> {
        @Nullable Record live = read.live();
        checker.answered(
            known.id(), key, live == null ? null : new String(live.copyValue(), UTF_8));
        yield true;
      }
      default -> true;
    };
  }
}
