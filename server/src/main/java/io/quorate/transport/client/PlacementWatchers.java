package io.quorate.transport.client;

import io.quorate.admin.ClusterAdmin;
import io.quorate.cluster.ClusterState;
import io.quorate.event.Event;
import io.quorate.proto.v1.RequestBounds;
import io.quorate.proto.v1.WatchPlacementRequest;
import io.quorate.proto.v1.WatchPlacementResponse;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.replication.event.RequestEvent;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the clients that watch the placement what changes. A change costs the lane the same however
 * many clients there are: it begins a round, and a round goes through the streams in steps, so that
 * requests are served in between. Changes that come while a round is due share it. Owned by the
 * lane.
 */
final class PlacementWatchers {
  /** An empty update is sent after this long without another; the proto file promises 5 seconds. */
  static final long SILENT_NANOS_MAX = 4_000_000_000L;

  /** Streams of one connection. Proxies share connections between clients. */
  static final int OF_CONNECTION_MAX = 16;

  /** Bytes that clients have not read, of all streams. Past it, large messages wait. */
  static final long UNREAD_BYTES_MAX = 16 << 20;

  /**
   * How long a message may stay unread; after that the stream ends, for others wait for the room. A
   * stream that was ended has as long until its client takes the status; after that its connection
   * is cut off. Beats are counted, one a second, and not the time: while this process stands still,
   * it cannot see what clients read.
   */
  static final int UNREAD_BEATS_MAX = 30;

  private static final long BEAT_NANOS = 1_000_000_000L;

  /** From one round to the next. */
  private static final long ROUND_NANOS = 50_000_000L;

  /** Streams that are looked after in one turn of the lane. */
  private static final int STEP = 64;

  /** Elections take less. */
  private static final long OUT_OF_TOUCH_NANOS_MAX = 5_000_000_000L;

  private static final int RETRY_AFTER_MILLIS = 10_000;
  private static final Event TOO_MANY = new RequestEvent.Overloaded("placement_watches");
  private static final Event UNREAD = new RequestEvent.Overloaded("placement_unread");

  private final ClusterAdmin admin;
  private final Lane lane;
  private final Clock clock;
  private final int streamsMax;
  private final UnreadAnswers unread = new UnreadAnswers(UNREAD_BYTES_MAX);
  private final byte[] bounds;
  private final Consumer<Event> events;

  private final PlacementUpdates updates = new PlacementUpdates();
  private final Set<PlacementStream> streams = new LinkedHashSet<>();
  private final Map<SocketAddress, Integer> byConnection = new HashMap<>();

  /** Streams to look after in this round, or that have more to read. */
  private final Set<PlacementStream> due = new LinkedHashSet<>();

  private boolean stepQueued;
  private boolean roundScheduled;
  private long roundNanos;

  /** Since when this node does not follow what is decided; null while it does. */
  private @Nullable Long outOfTouchNanos;

  /** How often streams were looked at, once a second. */
  private long beats;

  private boolean closed;

  /**
   * @param streamsMax how many clients may watch
   * @param bounds told with the first message of each stream
   */
  PlacementWatchers(
      ClusterAdmin admin,
      Lane lane,
      Clock clock,
      int streamsMax,
      RequestBounds bounds,
      Consumer<Event> events) {
    this.admin = admin;
    this.lane = lane;
    this.clock = clock;
    this.streamsMax = streamsMax;
    this.bounds = WatchPlacementResponse.newBuilder().setBounds(bounds).build().toByteArray();
    this.events = events;
    this.roundNanos = clock.nanos() - ROUND_NANOS;
    beatLater();
  }

  PlacementUpdates updates() {
    return updates;
  }

  UnreadAnswers unread() {
    return unread;
  }

  long nowNanos() {
    return clock.nanos();
  }

  long beats() {
    return beats;
  }

  /** How many streams there are; one that was ended counts until its client has taken that. */
  int count() {
    return streams.size();
  }

  /** What is sent when there is nothing to tell. */
  byte[] empty() {
    ClusterState now = updates.now();
    return now == null ? new byte[0] : PlacementPages.empty(now);
  }

  /** The first message of a stream: it has a field more, and fields may come in any order. */
  byte[] withBounds(byte[] message) {
    byte[] whole = Arrays.copyOf(message, message.length + bounds.length);
    System.arraycopy(bounds, 0, whole, message.length, bounds.length);
    return whole;
  }

  /** Takes a stream in, or ends it. */
  void add(PlacementStream stream, WatchPlacementRequest request) {
    Failure refusal = refusal(stream.connection());
    if (refusal != null) {
      stream.end(refusal);
      return;
    }
    streams.add(stream);
    SocketAddress connection = stream.connection();
    if (connection != null) {
      byConnection.merge(connection, 1, Integer::sum);
    }
    ClusterState now = updates.now();
    boolean knowsThisCluster =
        now != null && request.getKnownClusterId() == now.clusterId().value();
    stream.begin(knowsThisCluster ? Math.max(request.getKnownStateVersion(), 0) : 0);
  }

  private @Nullable Failure refusal(@Nullable SocketAddress connection) {
    if (closed) {
      return stops();
    }
    ClusterState state = admin.state();
    if (state == null) {
      return Failure.notJoined(admin.waitingFor());
    }
    updates.follow(state);
    if (isOutOfTouch()) {
      return outOfTouch();
    }
    if (streams.size() >= streamsMax) {
      events.accept(TOO_MANY);
      return Failure.overloaded(
          "this node tells "
              + streamsMax
              + " clients of changes of the placement, its limit (limits.client_connections): watch"
              + " another node, or call GetPlacement from time to time",
          RETRY_AFTER_MILLIS);
    }
    if (connection != null && byConnection.getOrDefault(connection, 0) >= OF_CONNECTION_MAX) {
      events.accept(TOO_MANY);
      return Failure.overloaded(
          "this connection has "
              + OF_CONNECTION_MAX
              + " streams of WatchPlacement, the limit of one connection: end some, or use another"
              + " connection",
          RETRY_AFTER_MILLIS);
    }
    return null;
  }

  void remove(PlacementStream stream) {
    due.remove(stream);
    SocketAddress connection = stream.connection();
    if (streams.remove(stream) && connection != null) {
      byConnection.computeIfPresent(
          connection, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }
  }

  /** The cluster is in another state. */
  void changed() {
    ClusterState state = admin.state();
    if (state == null || closed) {
      return;
    }
    updates.follow(state);
    if (!streams.isEmpty() && !roundScheduled) {
      roundScheduled = true;
      long wait = Math.max(roundNanos + ROUND_NANOS - clock.nanos(), 0);
      Lane.Timer unused = lane.schedule(wait, this::round);
    }
  }

  private void round() {
    roundScheduled = false;
    roundNanos = clock.nanos();
    due.addAll(streams);
    stepLater();
  }

  /** There is more for a stream to read, and others have their turn first. */
  void later(PlacementStream stream) {
    due.add(stream);
    stepLater();
  }

  private void stepLater() {
    if (!stepQueued && !due.isEmpty()) {
      stepQueued = true;
      lane.execute(this::step);
    }
  }

  private void step() {
    stepQueued = false;
    for (int i = 0; i < STEP && !due.isEmpty(); i++) {
      Iterator<PlacementStream> first = due.iterator();
      PlacementStream stream = first.next();
      first.remove();
      stream.goOn();
    }
    stepLater();
  }

  private void beatLater() {
    Lane.Timer unused = lane.schedule(BEAT_NANOS, this::beat);
  }

  /**
   * Looks after streams to which nothing was sent for a while, and after those that nothing can be
   * sent to.
   */
  private void beat() {
    if (closed) {
      return;
    }
    beats++;
    if (isOutOfTouch()) {
      endAll(outOfTouch());
    }
    for (PlacementStream stream : List.copyOf(streams)) {
      stream.onBeat();
    }
    due.addAll(streams);
    stepLater();
    beatLater();
  }

  /** Whether what this node knows may be old, for longer than an election takes. */
  private boolean isOutOfTouch() {
    if (admin.outOfTouch().isEmpty()) {
      outOfTouchNanos = null;
      return false;
    }
    long now = clock.nanos();
    if (outOfTouchNanos == null) {
      outOfTouchNanos = now;
    }
    return now - outOfTouchNanos >= OUT_OF_TOUCH_NANOS_MAX;
  }

  private Failure outOfTouch() {
    return Failure.refused(
        Reason.NOT_SERVING,
        "the placement that this node knows may be old: "
            + admin.outOfTouch()
            + "; ask another node");
  }

  /** Counts a stream whose client does not read, and says so. */
  Failure unreadForTooLong() {
    events.accept(UNREAD);
    return Failure.overloaded(
        "a message of this stream was not read within "
            + UNREAD_BEATS_MAX
            + " s: read on, or end the stream; then open another with the version that you know",
        RETRY_AFTER_MILLIS);
  }

  private static Failure stops() {
    return Failure.refused(Reason.NOT_SERVING, "this node stops: ask another node");
  }

  /** Ends all streams, and takes in no others: this node stops. */
  void close() {
    closed = true;
    endAll(stops());
  }

  private void endAll(Failure why) {
    for (PlacementStream stream : List.copyOf(streams)) {
      stream.end(why);
    }
  }
}
