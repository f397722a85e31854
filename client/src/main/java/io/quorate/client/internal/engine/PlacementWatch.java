package io.quorate.client.internal.engine;

import io.quorate.client.QuorateClient;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.FreshAddresses;
import io.quorate.client.internal.net.Loop;
import io.quorate.client.internal.net.Trouble;
import io.quorate.client.internal.net.Unary;
import io.quorate.client.internal.text.Hex;
import io.quorate.proto.v1.GetPlacementResponse;
import io.quorate.proto.v1.PlacementGrpc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps up with where keys live. It asks at the start, and soon after anything shows that what is
 * known is old. From then on one node tells what changes ({@link PlacementFollower}). While no node
 * does, as all of them are of an older version or refuse, it asks from time to time. Owned by the
 * loop.
 */
final class PlacementWatch implements PlacementFollower.Owner {
  /** Told what was learned. */
  interface Owner {
    /** A node answered; without partitions if nothing has changed. */
    void onPlacement(GetPlacementResponse placement);

    /** Most addresses lead to another cluster now. */
    void onOtherCluster(GetPlacementResponse placement);

    /** A node told what has changed. */
    void onUpdate(RouteTable next);

    /**
     * No node was ever met, and trying again will not help, or nothing has listened for longer than
     * calls wait for that.
     *
     * @param denied whether each node that was asked refuses this client
     */
    void onNoCluster(Tried tried, boolean denied);
  }

  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  private static final long ASK_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  /** How often nodes are asked, at the least, while none tells what changes. */
  static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** News is asked for at most this often. */
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** While no node lets this client do anything; what it knows is good until then. */
  private static final long DENIED_NANOS = 10_000_000_000L;

  private static final Backoff AGAIN = Backoff.ofMillis(50, 1000);

  private static final int NO_PARTITION = -1;

  private final Loop loop;
  private final RandomGenerator random;
  private final ClusterView view;
  private final Nodes nodes;
  private final long awaitClusterNanos;
  private final Owner owner;
  private final PlacementFollower follower;

  private final Map<String, Trouble> troubles = new LinkedHashMap<>();
  private boolean asking;
  private boolean soonScheduled;

  /** Whether news is asked for soon even if the table has changed until then. */
  private boolean soonAnyway;

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

  /** What was answered in this round by nodes of other clusters. */
  private OtherClusters others = new OtherClusters();

  PlacementWatch(
      Loop loop,
      RandomGenerator random,
      ClusterView view,
      Nodes nodes,
      long awaitClusterNanos,
      Owner owner) {
    this.loop = loop;
    this.random = random;
    this.view = view;
    this.nodes = nodes;
    this.awaitClusterNanos = awaitClusterNanos;
    this.owner = owner;
    this.follower = new PlacementFollower(loop, random, view, nodes, this);
  }

  /** Asks one node after the other, until one answers. */
  void ask() {
    if (asking || closed) {
      return;
    }
    asking = true;
    others = new OtherClusters();
    round++;
    askNext(nodes.inTurn(turn++), 0);
  }

  /** Asks soon, since something shows that what is known may be old. */
  void askSoon() {
    soonAnyway = true;
    askSoonOf(NO_PARTITION, 0);
  }

  /** A node is not there any more, as far as can be seen. */
  void onBroken(Connection node) {
    follower.onBroken(node);
    askSoon();
  }

  /** Asks soon, since a partition has a newer epoch than is known. */
  void askSoonOf(int partition, long epoch) {
    if (!soonScheduled && !closed) {
      soonScheduled = true;
      loop.schedule(
          () -> {
            soonScheduled = false;
            RouteTable table = view.table();
            if (soonAnyway || table == null || table.outdatedBy(partition, epoch)) {
              ask();
            }
            soonAnyway = false;
          },
          Backoff.jittered(SOON_NANOS, random));
    }
  }

  private void askNext(List<Connection> candidates, int position) {
    if (closed) {
      return;
    }
    if (position == candidates.size()) {
      onRoundFailed(candidates.size());
      return;
    }
    Connection candidate = candidates.get(position);
    if (!candidate.ready()) {
      FreshAddresses.lookUpAgain(candidate.channel());
    }
    Unary.ask(
        loop,
        candidate.channel(),
        PlacementGrpc.getGetPlacementMethod(),
        view.placementQuestion(),
        ASK_NANOS,
        placement -> {
          if (candidate.isOfCluster(placement.getClusterId())) {
            candidate.onClock(placement.getHlc());
            onAnswer(placement);
          } else {
            others.add(placement);
            troubles.put(candidate.address(), Trouble.OTHER_CLUSTER);
            askNext(candidates, position + 1);
          }
        },
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
      owner.onPlacement(placement);
      onRoundEnded();
    }
  }

  private void onRoundEnded() {
    asking = false;
    failures = 0;
    troubles.clear();
    nothingListens = false;
    scheduleRefresh();
    follower.start();
  }

  private void onRoundFailed(int asked) {
    GetPlacementResponse other = others.ofMoreThanHalf(asked);
    // A node that tells what changes is one of the cluster that is known.
    if (other != null && !follower.lives()) {
      LOG.warn(
          "{}most of {} addresses lead to nodes of cluster {} now, and none to the cluster that was"
              + " known: following cluster {}",
          loop.client(),
          asked,
          Hex.of(other.getClusterId()),
          Hex.of(other.getClusterId()));
      owner.onOtherCluster(other);
      follower.restart("another cluster is followed");
      onRoundEnded();
      return;
    }
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
    boolean denied = !troubles.isEmpty() && troubles.values().stream().allMatch(Trouble::denied);
    if (denied && view.table() != null) {
      next = Backoff.jittered(DENIED_NANOS, random);
    }
    scheduleInRound(this::ask, next);
    boolean inVain = troubles.values().stream().allMatch(Trouble::lasting);
    if (view.table() == null
        && (inVain || (nothing && now - nothingListensSince >= awaitClusterNanos))) {
      owner.onNoCluster(tried(), denied);
    }
  }

  /** Asks from time to time, unless a node tells what changes by then. */
  private void scheduleRefresh() {
    scheduleInRound(
        () -> {
          if (follower.lives()) {
            scheduleRefresh();
          } else {
            ask();
          }
        },
        Backoff.jittered(REFRESH_NANOS, random));
  }

  /** Runs a task unless another round has begun by then. */
  private void scheduleInRound(Runnable task, long delayNanos) {
    long scheduledIn = round;
    loop.schedule(
        () -> {
          if (round == scheduledIn) {
            task.run();
          }
        },
        delayNanos);
  }

  @Override
  public void onUpdate(RouteTable next) {
    owner.onUpdate(next);
  }

  @Override
  public void onUnfit() {
    askSoon();
  }

  /** Each node and what became of asking it. */
  Tried tried() {
    Tried tried = new Tried();
    for (Connection node : nodes.all()) {
      tried.add(node.address(), troubles.getOrDefault(node.address(), Trouble.NONE_YET));
    }
    return tried;
  }

  void close() {
    closed = true;
    follower.close();
  }
}
