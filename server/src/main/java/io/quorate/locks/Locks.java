package io.quorate.locks;

import io.quorate.event.Event;
import io.quorate.locks.LockAnswer.Elsewhere;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.locks.LockAnswer.Kind;
import io.quorate.locks.LockAnswer.Queued;
import io.quorate.locks.LockAnswer.Refused;
import io.quorate.locks.LockAnswer.TimedOut;
import io.quorate.locks.LockAnswer.Unknown;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.runtime.Randomness;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where requests about locks enter a node, and this node's part in their group once that is
 * founded. A request goes to the leader, again after a while and when the leader changes, until it
 * is answered or its time is over. Lives on the metadata lane.
 */
public final class Locks implements LockEntry {
  /** Ids of requests of one start of a node, so that no answer is taken for one of another. */
  private static final int NUMBER_BITS = 40;

  /** Two nodes may each think that the other one leads. */
  private static final int REDIRECTS_MAX = 3;

  /** So much longer than others a request that waits for a change is not asked again. */
  private static final int WATCH_RETRIES = 4;

  /** One of this many places is kept for requests that do not wait. */
  private static final int KEPT_OF_PLACES = 10;

  /** Acquisitions that are remembered after their end. */
  private static final int ENDED_MAX = 10_000;

  /** How long a command that founds the group may take. */
  private static final long FOUND_NANOS = 5_000_000_000L;

  private final NodeId self;
  private final LockConfig config;
  private final LockRules rules;
  private final LaneTime time;
  private final Randomness chance;
  private final Network<byte[]> network;
  private final RaftStore store;
  private final Cluster cluster;
  private final Consumer<Event> events;
  private final Map<Long, Pending> pending = new LinkedHashMap<>();

  /** The last ones, by the ids of their requests; bounded. */
  private final Map<Long, Ended> ended =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Ended> eldest) {
          return size() > ENDED_MAX;
        }
      };

  private long nextId;
  private @Nullable LockGroup group;
  private boolean drained;

  /** Whether its part in the group is being made durable. */
  private boolean opening;

  /** Whether the disk did not take it. */
  private boolean failed;

  private boolean ticking;
  private boolean stopped;

  /** The leader, as other nodes have said; this node may have no part in the group. */
  private @Nullable NodeId leader;

  private int candidate;
  private long foundAgainNanos;
  private boolean founding;

  /** What locks know of the cluster. */
  public interface Cluster {
    /** Whether all nodes know locks: see {@code ClusterState.LOCKS_FROM_VERSION}. */
    boolean hasLocks();

    /** Who keeps locks, as it is recorded. */
    LockKeepers keepers();

    /** Voters of the metadata group, as far as this node knows. */
    Set<NodeId> voters();

    Set<NodeId> members();

    /**
     * The shortest election time among these voters, in ticks; 0 if nothing speaks for more than is
     * configured.
     */
    default int electionTicks(Set<NodeId> voters) {
      return 0;
    }

    /** The generation of the metadata group's last recovery from a lost majority; 0 if none. */
    long recoveredGeneration();

    /**
     * Has these keepers recorded, if they follow those that are.
     *
     * @param done called when that is decided, or cannot be
     */
    void keep(LockKeepers wanted, long deadlineNanos, Runnable done);
  }

  private static final class Pending {
    final LockRequest request;
    final long deadlineNanos;
    final Consumer<LockAnswer> callback;
    int sent;

    /** How often a node has said, instead of taking it, that it does not lead. */
    int declined;

    /** Whether a leader has ever said that it has it. */
    boolean waits;

    /** Whether it was answered with a grant. */
    boolean granted;

    /** Whether the leader has said, since it was last sent, that it has it. */
    boolean heard;

    /** How often it was sent on since, at the word of a node that does not lead. */
    int redirects;

    long sendAgainNanos;

    Pending(LockRequest request, long deadlineNanos, Consumer<LockAnswer> callback) {
      this.request = request;
      this.deadlineNanos = deadlineNanos;
      this.callback = callback;
    }

    /** Whether a leader may have taken it: some node that it was sent to has not declined it. */
    boolean mayBeTaken() {
      return sent > declined;
    }
  }

  /**
   * An acquisition that may be granted yet, though its caller does not wait any more: it was given
   * up, taken back, or sent more than once.
   *
   * @param token under which it was granted; 0 if it was not
   */
  private record Ended(String name, String owner, long token) {}

  /**
   * @param boot number of this start of the node
   */
  public Locks(
      NodeId self,
      int boot,
      LockConfig config,
      LaneTime time,
      Randomness chance,
      Network<byte[]> network,
      RaftStore store,
      Cluster cluster,
      Consumer<Event> events) {
    this(self, boot, config, LockRules.ALL, time, chance, network, store, cluster, events);
  }

  Locks(
      NodeId self,
      int boot,
      LockConfig config,
      LockRules rules,
      LaneTime time,
      Randomness chance,
      Network<byte[]> network,
      RaftStore store,
      Cluster cluster,
      Consumer<Event> events) {
    this.self = self;
    this.config = config;
    this.rules = rules;
    this.time = time;
    this.chance = chance;
    this.network = network;
    this.store = store;
    this.cluster = cluster;
    this.events = events;
    this.nextId = (long) boot << NUMBER_BITS | 1;
    this.foundAgainNanos = time.clock().nanos();
  }

  /** Begins to take part, or waits until the cluster has locks. */
  public void start() {
    clusterChanged();
  }

  public void stop() {
    stopped = true;
    if (group != null) {
      group.stop();
    }
  }

  /** Whether this node is to decide about locks no more, as soon as another one can. */
  public void drain(boolean drained) {
    this.drained = drained;
    if (group != null) {
      group.drain(drained);
    }
  }

  /** The group may have been founded, for the first time or again. */
  public void clusterChanged() {
    LockKeepers keepers = cluster.keepers();
    if (stopped || opening || !keepers.isFounded()) {
      return;
    }
    if (group != null) {
      if (group.generation() >= keepers.generation()) {
        return;
      }
      group.stop();
      group = null;
      leader = null;
    }
    opening = true;
    tickLater();
    RaftStore.Image image = store.load();
    LockFounding founding = new LockFounding(keepers, rules);
    if (!founding.isDue(self, image)) {
      open(image);
      return;
    }
    RaftStore.Change genesis = founding.genesis(image.hardState());
    save(genesis, () -> open(LockFounding.image(genesis)));
  }

  private void save(RaftStore.Change change, Runnable saved) {
    store.save(
        change,
        new RecordStore.PutCallback() {
          @Override
          public void stored() {
            if (!stopped) {
              events.accept(
                  cluster.keepers().generation() == 0
                      ? LockEvent.FOUNDED
                      : LockEvent.FOUNDED_AGAIN);
              saved.run();
            }
          }

          @Override
          public void failed(StorageFault fault) {
            failed = true; // tried again with the next tick
          }
        });
  }

  private void open(RaftStore.Image image) {
    LockGroup opened =
        new LockGroup(
            self,
            store,
            image,
            config,
            rules,
            time,
            chance,
            message -> network.send(message.to(), new LockMessage.Raft(message).encode()),
            cluster,
            this::answer,
            events);
    group = opened;
    opening = false;
    opened.start();
    opened.drain(drained);
    clusterChanged();
  }

  /** For tests; null until the group is founded. */
  @Nullable LockGroup group() {
    return group;
  }

  @Override
  public boolean decides() {
    return group != null && group.isLeading();
  }

  /** Whether this node decides about locks, and another one could. */
  public boolean decidesAmongOthers() {
    return group != null && group.isLeading() && group.hasOtherVoters();
  }

  /** Requests of this node that are not answered. */
  public int waiting() {
    return pending.size();
  }

  // ---- requests that enter here

  @Override
  public Runnable submit(LockRequest request, long deadlineNanos, Consumer<LockAnswer> callback) {
    String refusal = request.refusal();
    if (refusal != null) {
      callback.accept(new Refused(Kind.INVALID, refusal));
      return () -> {};
    }
    if (!cluster.hasLocks()) {
      callback.accept(
          new Refused(
              Kind.NOT_READY,
              "the cluster is at a version that has no locks: upgrade all nodes, and finalize the"
                  + " upgrade with 'quorate cluster upgrade finalize' first"));
      return () -> {};
    }
    long waitMillis =
        switch (request) {
          case LockRequest.Acquire acquire -> acquire.waitMillis();
          case LockRequest.Show show -> show.waitMillis();
          default -> 0;
        };
    if (pending.size() >= places(waitMillis)) {
      callback.accept(
          new Refused(
              Kind.TOO_MANY,
              "%d requests about locks wait at this node, which is its limit"
                  .formatted(pending.size())));
      return () -> {};
    }
    long deadline = deadlineNanos;
    if (waitMillis > 0) {
      long now = time.clock().nanos();
      long waitNanos = Math.min(waitMillis, 1L << 40) * 1_000_000;
      deadline = now + Math.min(waitNanos, Math.max(0, deadlineNanos - now));
    }
    long id = nextId++;
    Pending added = new Pending(request, deadline, callback);
    pending.put(id, added);
    send(id, added);
    tickLater();
    return () -> onCallerGone(id, added);
  }

  /** A client that waits for very many locks must not keep others from renewing theirs. */
  private int places(long waitMillis) {
    int all = config.pendingMax();
    return waitMillis > 0 ? all - all / KEPT_OF_PLACES : all;
  }

  private void onCallerGone(long id, Pending each) {
    if (pending.remove(id) != null) {
      giveUp(id, each);
    } else if (each.granted && each.request instanceof LockRequest.Acquire acquire) {
      takeBack(id, acquire);
    }
  }

  private void send(long id, Pending each) {
    each.sendAgainNanos = time.clock().nanos() + config.retryNanos();
    NodeId target = target();
    if (target == null) {
      return;
    }
    each.sent++;
    each.heard = false;
    if (!target.equals(self)) {
      network.send(target, new LockMessage.Request(id, each.request).encode());
    } else if (group != null) {
      group.serve(new Asker(self, id), each.request);
    } else {
      each.declined++;
    }
  }

  /** The leader, or one that may know it. */
  private @Nullable NodeId target() {
    LockKeepers keepers = cluster.keepers();
    if (!keepers.isFounded()) {
      found(keepers);
      return null;
    }
    NodeId known = group == null ? null : group.leader();
    if (known == null) {
      known = leader;
    }
    if (known != null) {
      return known;
    }
    if (keepers.isLost(cluster.members())) {
      found(keepers);
    }
    List<NodeId> voters = List.copyOf(cluster.voters());
    return voters.isEmpty() ? null : voters.get(candidate % voters.size());
  }

  /** The first request of a cluster founds the group, and the first one after it is lost. */
  private void found(LockKeepers keepers) {
    long now = time.clock().nanos();
    Set<NodeId> voters = cluster.voters();
    if (!founding && now - foundAgainNanos >= 0 && !voters.isEmpty()) {
      founding = true;
      foundAgainNanos = now + config.retryNanos();
      long generation =
          LockFounding.generation(keepers, cluster.recoveredGeneration(), (int) chance.nextLong());
      cluster.keep(
          LockKeepers.founded(generation, new TreeSet<>(voters)),
          now + FOUND_NANOS,
          () -> founding = false);
    }
  }

  // ---- messages

  /** Takes a message from another node; {@link LockMessage#is} says which are for locks. */
  public void onMessage(NodeId from, byte[] bytes) {
    if (stopped) {
      return;
    }
    switch (LockMessage.decode(bytes)) {
      case LockMessage.Raft raft -> {
        if (group != null) {
          group.onRaft(from, raft.message());
        }
      }
      case LockMessage.Request request -> {
        Asker asker = new Asker(from, request.id());
        if (group != null) {
          group.serve(asker, request.request());
        } else {
          answer(asker, new Elsewhere(null));
        }
      }
      case LockMessage.Answer answer -> onAnswer(from, answer.id(), answer.answer());
      case LockMessage.Withdrawn gone -> {
        if (group != null) {
          group.withdraw(new Asker(from, gone.id()), gone.name(), gone.owner());
        }
      }
    }
  }

  private void answer(Asker asker, LockAnswer answer) {
    if (asker.node().equals(self)) {
      onAnswer(self, asker.id(), answer);
    } else {
      network.send(asker.node(), new LockMessage.Answer(asker.id(), answer).encode());
    }
  }

  private void onAnswer(NodeId from, long id, LockAnswer answer) {
    Pending each = pending.get(id);
    if (each == null) {
      if (answer instanceof Granted granted) {
        grantedTooLate(from, id, granted.token());
      }
      return;
    }
    if (answer instanceof Elsewhere elsewhere) {
      each.declined++;
      NodeId named = elsewhere.leader();
      boolean news = named != null && !named.equals(leader) && !named.equals(from);
      leader = named;
      if (news && each.redirects++ < REDIRECTS_MAX) {
        time.lane().execute(() -> sendIfPending(id));
      }
      return;
    }
    leader = from;
    if (answer instanceof Queued) {
      each.heard = true;
      each.waits = true;
      if (each.request instanceof LockRequest.Show) {
        each.sendAgainNanos = time.clock().nanos() + WATCH_RETRIES * config.retryNanos();
      }
      return;
    }
    pending.remove(id);
    if (each.request instanceof LockRequest.Acquire acquire && each.sent > 1) {
      long token = answer instanceof Granted granted ? granted.token() : 0;
      ended.put(id, new Ended(acquire.name(), acquire.owner(), token));
    }
    each.granted = answer instanceof Granted;
    each.callback.accept(answer);
  }

  /**
   * A leader has granted what was given up, or has granted it again to an owner that released it
   * meanwhile: the lock would be held by an owner that knows nothing of it.
   */
  private void grantedTooLate(NodeId from, long id, long token) {
    Ended gone = ended.get(id);
    if (gone != null && token != gone.token()) {
      withdraw(from, id, gone.name(), gone.owner());
    }
  }

  private void withdraw(NodeId from, long id, String name, String owner) {
    if (!from.equals(self)) {
      network.send(from, new LockMessage.Withdrawn(id, name, owner).encode());
    } else if (group != null) {
      group.withdraw(new Asker(self, id), name, owner);
    }
  }

  private void sendIfPending(long id) {
    Pending each = pending.get(id);
    if (each != null && !stopped) {
      send(id, each);
    }
  }

  // ---- time

  /** A node that has no part in the group, and is asked nothing, need not look at the time. */
  private void tickLater() {
    if (!ticking && (opening || !pending.isEmpty())) {
      ticking = true;
      Lane.Timer unused = time.lane().schedule(config.tickNanos(), this::tick);
    }
  }

  private void tick() {
    ticking = false;
    if (stopped) {
      return;
    }
    if (failed) {
      failed = false;
      opening = false;
      clusterChanged();
    }
    long now = time.clock().nanos();
    boolean silent = false;
    List<Long> again = new ArrayList<>();
    for (Map.Entry<Long, Pending> entry : new ArrayList<>(pending.entrySet())) {
      Pending each = entry.getValue();
      if (now - each.deadlineNanos >= 0) {
        pending.remove(entry.getKey());
        giveUp(entry.getKey(), each);
      } else if (now - each.sendAgainNanos >= 0) {
        silent |= each.sent > 0 && !each.heard;
        again.add(entry.getKey());
      }
    }
    if (silent) {
      leader = null; // what was sent to it is not answered
      candidate++;
    }
    for (Long id : again) {
      Pending each = pending.get(id);
      if (each != null) {
        each.redirects = 0;
        send(id, each);
      }
    }
    tickLater();
  }

  private void giveUp(long id, Pending each) {
    if (each.mayBeTaken() && each.request instanceof LockRequest.Acquire acquire) {
      takeBack(id, acquire);
    }
    if (each.waits) {
      each.callback.accept(new TimedOut());
      return;
    }
    each.callback.accept(
        each.mayBeTaken()
            ? new Unknown(
                "the leader of the locks did not answer in time: what was asked for may have been"
                    + " done, or may yet be")
            : new Refused(
                Kind.UNAVAILABLE,
                "no leader of the locks could be reached: a majority of the voters %s must be up"
                    .formatted(cluster.voters())));
  }

  /**
   * Has the leader drop an acquisition, and free what it got; not what its owner has by another
   * one.
   */
  private void takeBack(long id, LockRequest.Acquire acquire) {
    NodeId target = target();
    if (target != null) {
      ended.put(id, new Ended(acquire.name(), acquire.owner(), 0));
      withdraw(target, id, acquire.name(), acquire.owner());
    }
  }
}
