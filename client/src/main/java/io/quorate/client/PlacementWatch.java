package io.quorate.client;

import io.quorate.proto.v1.GetPlacementRequest;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Keeps up with where keys live: asks at the start, from time to time, and soon after anything
 * shows that what we know is old. Owned by the loop.
 */
final class PlacementWatch {
  /** Told what was learned. */
  interface Owner {
    /** A node answered; without partitions if nothing has changed. */
    void onPlacement(GetPlacementResponse placement);

    /**
     * No node was ever met, and trying again will not help, or nothing has listened for longer than
     * calls wait for that.
     */
    void onNoCluster(String tried);
  }

  private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** News is asked for at most this often. */
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Backoff AGAIN = Backoff.ofMillis(50, 1000);

  private final Loop loop;
  private final RandomGenerator random;
  private final Nodes nodes;
  private final long awaitClusterNanos;
  private final Owner owner;

  private final Map<String, Trouble> troubles = new LinkedHashMap<>();
  private boolean asking;
  private boolean soonScheduled;
  private boolean closed;
  private int failures;
  private int turn;

  /**
   * Since when nothing listens at any endpoint; meaningless while {@link #nothingListens} is false.
   */
  private long nothingListensSince;

  private boolean nothingListens;

  /** Grows with every round, so that a timer set before it lets it be. */
  private long round;

  PlacementWatch(
      Loop loop, RandomGenerator random, Nodes nodes, long awaitClusterNanos, Owner owner) {
    this.loop = loop;
    this.random = random;
    this.nodes = nodes;
    this.awaitClusterNanos = awaitClusterNanos;
    this.owner = owner;
  }

  /** Asks one node after the other, until one answers. */
  void ask() {
    if (asking || closed) {
      return;
    }
    asking = true;
    round++;
    askNext(nodes.inTurn(turn++), 0);
  }

  /** Something shows that what we know is old. */
  void askSoon() {
    if (!soonScheduled && !closed) {
      soonScheduled = true;
      loop.schedule(
          () -> {
            soonScheduled = false;
            ask();
          },
          Backoff.jittered(SOON_NANOS, random));
    }
  }

  private void askNext(List<Connection> candidates, int position) {
    if (closed) {
      return;
    }
    if (position == candidates.size()) {
      onRoundFailed();
      return;
    }
    Connection candidate = candidates.get(position);
    RouteTable known = nodes.table();
    if (!candidate.ready()) {
      candidate.channel().resetConnectBackoff();
    }
    Unary.ask(
        loop,
        candidate.channel(),
        PlacementGrpc.getGetPlacementMethod(),
        GetPlacementRequest.newBuilder()
            .setKnownStateVersion(known == null ? 0 : known.stateVersion())
            .build(),
        ASK_NANOS,
        this::onAnswer,
        failure -> {
          Trouble trouble = Trouble.of(failure);
          troubles.put(candidate.address(), trouble);
          if (!candidate.ready()) {
            candidate.onTrouble(trouble);
          }
          askNext(candidates, position + 1);
        });
  }

  private void onAnswer(GetPlacementResponse placement) {
    if (!closed) {
      asking = false;
      failures = 0;
      troubles.clear();
      nothingListens = false;
      scheduleNext(Backoff.jittered(REFRESH_NANOS, random));
      owner.onPlacement(placement);
    }
  }

  private void onRoundFailed() {
    asking = false;
    failures++;
    long now = loop.nanos();
    boolean nothing = troubles.values().stream().allMatch(Trouble::nothingListens);
    if (nothing && !nothingListens) {
      nothingListensSince = now;
    }
    nothingListens = nothing;
    long next = AGAIN.nanos(failures, random);
    if (nothing && now - nothingListensSince < awaitClusterNanos) {
      // The last look falls into the time that calls wait, and not long after.
      next = Math.min(next, Math.max(nothingListensSince + awaitClusterNanos - now, 1));
    }
    scheduleNext(next);
    boolean inVain = troubles.values().stream().allMatch(Trouble::lasting);
    if (nodes.table() == null
        && (inVain || (nothing && now - nothingListensSince >= awaitClusterNanos))) {
      owner.onNoCluster(tried());
    }
  }

  private void scheduleNext(long delayNanos) {
    long scheduledIn = round;
    loop.schedule(
        () -> {
          if (round == scheduledIn) {
            ask();
          }
        },
        delayNanos);
  }

  /** Each node and what became of asking it. */
  String tried() {
    StringBuilder tried = new StringBuilder();
    for (Connection node : nodes.all()) {
      Trouble trouble = troubles.getOrDefault(node.address(), Trouble.NONE_YET);
      tried.append(tried.isEmpty() ? "" : "; ").append(node.address()).append(": ").append(trouble);
    }
    return tried.toString();
  }

  void close() {
    closed = true;
  }
}
