package io.quorate.client.internal.engine;

import io.grpc.Status;
import io.quorate.client.QuorateClient;
import io.quorate.client.internal.net.Backoff;
import io.quorate.client.internal.net.Loop;
import io.quorate.proto.v1.WatchPlacementResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what one node tells of the placement, by a stream. Goes to another node when that one
 * ends the stream, falls silent, or tells what does not fit, and begins there with what is known.
 * Owned by the loop.
 */
final class PlacementFollower implements PlacementStream.Owner {
  /** Told what was learned. */
  interface Owner {
    /** A node told what has changed. */
    void onUpdate(RouteTable next);

    /** What a node told does not fit what is known: something was missed. */
    void onUnfit();
  }

  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  /** How long a node has for the first message of a stream. */
  static final long OPEN_NANOS = TimeUnit.MILLISECONDS.toNanos(2000);

  /** How long a stream may be silent; nodes say something at least every 5 seconds. */
  static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  /**
   * A node that ends its streams does so for many clients, which must not all come back at once.
   */
  private static final long ELSEWHERE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** The wait between two rounds of asking nodes for a stream. */
  private static final Backoff AGAIN = Backoff.ofMillis(1000, 30_000);

  /** How many nodes are asked for a stream in one round; the next round asks others. */
  private static final int NODES_MAX = 8;

  private final Loop loop;
  private final RandomGenerator random;
  private final ClusterView view;
  private final Nodes nodes;
  private final Owner owner;

  /** The stream that is open or being opened. */
  private @Nullable PlacementStream stream;

  /** Whether it has told a whole update. */
  private boolean lives;

  private long heardNanos;

  /** The nodes that may still be asked for a stream in this round. */
  private List<Connection> candidates = List.of();

  /** The node that was followed last; it is asked again after the others. */
  private @Nullable Connection left;

  private int failures;
  private boolean scheduled;
  private boolean closed;

  PlacementFollower(Loop loop, RandomGenerator random, ClusterView view, Nodes nodes, Owner owner) {
    this.loop = loop;
    this.random = random;
    this.view = view;
    this.nodes = nodes;
    this.owner = owner;
  }

  /** Whether a node tells what changes. */
  boolean lives() {
    return lives;
  }

  /** Looks for a node to follow, unless one is followed or will be looked for. */
  void start() {
    if (stream == null) {
      openSoon(0);
    }
  }

  /** Leaves a node that is not there any more, as far as can be seen. */
  void onBroken(Connection node) {
    PlacementStream open = stream;
    if (open != null && open.node() == node) {
      leave(open, "the connection broke");
    }
  }

  /** Begins again with all that is known now. */
  void restart(String why) {
    end(why);
    openSoon(0);
  }

  void close() {
    closed = true;
    end("the client is closed");
  }

  private void end(String why) {
    PlacementStream open = stream;
    stream = null;
    lives = false;
    if (open != null) {
      open.cancel(why);
    }
  }

  private void openSoon(long delayNanos) {
    if (scheduled || closed) {
      return;
    }
    scheduled = true;
    loop.schedule(
        () -> {
          scheduled = false;
          if (stream == null) {
            openNext(someNodes());
          }
        },
        delayNanos);
  }

  /** Some nodes in an order of chance, those that are connected first. */
  private List<Connection> someNodes() {
    List<Connection> all = nodes.ofClusterInTurn(random.nextInt(1 << 16));
    Connection last = left;
    if (last != null && all.remove(last)) {
      all.add(last);
    }
    return new ArrayList<>(all.subList(0, Math.min(all.size(), NODES_MAX)));
  }

  private void openNext(List<Connection> next) {
    if (closed) {
      return;
    }
    if (next.isEmpty()) {
      failures++;
      openSoon(AGAIN.nanos(failures, random));
      return;
    }
    Connection node = next.remove(0);
    candidates = next;
    PlacementStream opened = new PlacementStream(node, loop, this);
    stream = opened;
    heardNanos = loop.nanos();
    opened.open(view.table());
    listen(opened, OPEN_NANOS);
  }

  /** Leaves a stream that stays silent. */
  private void listen(PlacementStream opened, long nanos) {
    loop.schedule(
        () -> {
          if (stream != opened) {
            return;
          }
          long silent = loop.nanos() - heardNanos;
          long silentMax = lives ? SILENCE_NANOS : OPEN_NANOS;
          if (silent >= silentMax) {
            leave(opened, "silent for " + TimeUnit.NANOSECONDS.toMillis(silent) + " ms");
          } else {
            listen(opened, silentMax - silent);
          }
        },
        nanos);
  }

  @Override
  public void onHeard(PlacementStream from) {
    if (stream == from) {
      heardNanos = loop.nanos();
    }
  }

  @Override
  public void onUpdate(PlacementStream from, List<WatchPlacementResponse> parts) {
    if (stream != from || closed) {
      return;
    }
    if (!from.node().isOfCluster(parts.get(0).getClusterId())) {
      leave(from, "it belongs to another cluster");
      owner.onUnfit();
      return;
    }
    RouteTable known = view.table();
    RouteTable next;
    try {
      next = RouteTable.with(known, parts);
    } catch (IllegalArgumentException unfit) {
      leave(from, String.valueOf(unfit.getMessage()));
      owner.onUnfit();
      return;
    }
    lives = true;
    failures = 0;
    candidates = List.of();
    for (WatchPlacementResponse part : parts) {
      if (part.hasBounds()) {
        view.onBounds(part.getBounds());
      }
      view.onClusterVersion(part.getClusterVersion());
    }
    if (next != known) {
      owner.onUpdate(next);
    }
  }

  @Override
  public void onEnded(PlacementStream from, Status status) {
    if (stream == from) {
      LOG.debug(
          "{}node {} tells no changes of the placement: {}",
          loop.client(),
          from.node().address(),
          status);
      goElsewhere(from);
    }
  }

  private void leave(PlacementStream from, String why) {
    if (stream == from) {
      LOG.debug(
          "{}node {} is not followed any more: {}", loop.client(), from.node().address(), why);
      from.cancel(why);
      goElsewhere(from);
    }
  }

  private void goElsewhere(PlacementStream from) {
    stream = null;
    if (lives) {
      lives = false;
      left = from.node();
      openSoon(Backoff.jittered(ELSEWHERE_NANOS, random));
    } else {
      openNext(candidates);
    }
  }
}
