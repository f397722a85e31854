package io.quorate.sim.workload;

import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockRequest;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimRegions;
import io.quorate.sim.kernel.SimEvent;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.LeftOut;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One client, and its requests. Without an answer, it gives up a little after its deadline. */
final class Client {
  private static final long MILLIS = 1_000_000;
  private static final long PATIENCE_MILLIS = 100;
  private static final long NONE_UP_NANOS = 20 * MILLIS;

  /** How often a client asks a node of its own region. */
  private static final double STAYS_HOME = 0.93;

  private final SimCluster cluster;
  private final WorkloadShape shape;
  private final String name;
  private final SimRandom random;
  private boolean refused;

  /** The region whose nodes it asks, mostly; null if nodes stand in one. */
  private final @Nullable String home;

  /** Told how a call ended, once. */
  @FunctionalInterface
  interface Answer {
    /**
     * @param outcome null: nothing was heard, so nothing is known
     */
    void heard(@Nullable Outcome outcome);
  }

  Client(SimCluster cluster, WorkloadShape shape, String name, SimRandom random) {
    this.cluster = cluster;
    this.shape = shape;
    this.name = name;
    this.random = random;
    SimRegions regions = cluster.regions();
    this.home = regions == null ? null : random.pick(regions.names());
  }

  String name() {
    return name;
  }

  SimRandom random() {
    return random;
  }

  void later(long nanos, Runnable what) {
    cluster.world().schedule(nanos, name, what);
  }

  /** Counts a window that this client has entered. */
  void counts(String window) {
    cluster.windows().enter(window);
  }

  /** A call on a key begins: what it meets of regions is counted when it has ended well. */
  RegionsMeanwhile regionsMeanwhile(Tenant tenant, String key) {
    return RegionsMeanwhile.begin(cluster, tenant, key);
  }

  int anyNode() {
    SimRegions regions = cluster.regions();
    if (regions != null && home != null && random.chance(STAYS_HOME)) {
      return random.pick(regions.indexesIn(home));
    }
    return random.nextInt(cluster.nodes().size());
  }

  List<SimNode> nodes() {
    return cluster.nodes();
  }

  SimNode node(int index) {
    return cluster.node(index);
  }

  String anyKey() {
    List<String> cold = shape.cold();
    return random.pick(!cold.isEmpty() && random.chance(0.3) ? cold : shape.hot());
  }

  void put(int node, String key, Answer answer) {
    var turn = new Turn(answer);
    int bytes = (int) random.between(1, shape.valueBytes());
    turn.call = cluster.put(node, key, bytes, anyLevel(), turn.ask);
  }

  /** Puts a value that expires. */
  void putBriefly(int node, String key, long ttlMillis, Answer answer) {
    var turn = new Turn(answer);
    int bytes = (int) random.between(1, shape.valueBytes());
    turn.call = cluster.put(node, key, bytes, anyLevel(), ttlMillis, turn.ask);
  }

  void get(int node, String key, Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.get(node, key, anyLevel(), anyRepair(), turn.ask);
  }

  void delete(int node, String key, Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.delete(node, key, anyLevel(), turn.ask);
  }

  /** The tenants beside the first. */
  List<Tenant> others() {
    return cluster.others();
  }

  void putOther(Tenant other, int node, String key, Answer answer) {
    var turn = new Turn(answer);
    int bytes = (int) random.between(1, shape.valueBytes());
    turn.call = cluster.put(other.name(), node, key, bytes, turn.ask);
  }

  void deleteOther(Tenant other, int node, String key, Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.delete(other.name(), node, key, turn.ask);
  }

  void scanOther(Tenant other, int node, int entriesMax, Answer answer) {
    var turn = new Turn(answer);
    cluster.scan(other.name(), node, "", entriesMax, turn.ask);
  }

  void getOther(Tenant other, int node, String key, Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.get(other.name(), node, key, null, turn.ask);
  }

  /** Asks for an operation that a workload has made. */
  void ask(int node, Operation operation, Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.submit(node, operation, turn.ask);
  }

  /** Asks for an operation that is made with the number of its attempt. */
  void ask(int node, IntFunction<Operation> operation, Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.submit(node, operation, turn.ask);
  }

  /** Returns the true time in milliseconds since 1970. */
  long trueMillis() {
    return cluster.checker().trueMillis();
  }

  /** Reads all keys with a prefix, page by page; each page has its own deadline. */
  void scan(int node, String prefix, int entriesMax, Answer answer) {
    var turn = new Turn(answer);
    cluster.scan(node, prefix, anyLevel(), entriesMax, turn.ask);
  }

  /** Puts a value as the next write of a session. */
  void putInSession(int node, String key, Level level, long aboveHlc, Answer answer) {
    var turn = new Turn(answer);
    int bytes = (int) random.between(1, shape.valueBytes());
    turn.call = cluster.put(node, key, bytes, level, 0, aboveHlc, turn.ask);
  }

  /** Deletes a key as the next write of a session. */
  void deleteInSession(int node, String key, Level level, long aboveHlc, Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.delete(node, key, level, aboveHlc, turn.ask);
  }

  /** Reads what a session has not seen to be overwritten. */
  void getInSession(
      int node,
      String key,
      Level level,
      ReadRepair repair,
      @Nullable Minimum minimum,
      Answer answer) {
    var turn = new Turn(answer);
    turn.call = cluster.get(node, key, level, repair, minimum, turn.ask);
  }

  /** A level that the next request of a session asks for. */
  Level anySessionLevel() {
    return random.pick(
        home == null
            ? List.of(Level.ONE, Level.ONE, Level.QUORUM)
            : List.of(Level.LOCAL_ONE, Level.LOCAL_QUORUM, Level.LOCAL_QUORUM, Level.QUORUM));
  }

  /** Whether clients of this run lack a rule. */
  boolean lacks(LeftOut rule) {
    return cluster.lacks(rule);
  }

  /** Whether a disk was lost, with what fewer than a majority held. */
  boolean hasLostDisk() {
    return cluster.checker().hasLostDisk();
  }

  SimWorld world() {
    return cluster.world();
  }

  /** Whether no group of this run ever decides about placements and locks. */
  boolean isDataPlaneAlone() {
    return cluster.isDataPlaneAlone();
  }

  /** Whether any node is up that has locks: not without a metadata group. */
  boolean hasLocks() {
    return cluster.nodes().stream().anyMatch(node -> node.metadata() != null);
  }

  /**
   * Asks a node that runs about locks.
   *
   * @param heard told once: null if nothing was answered a little after that time
   */
  void askLocks(LockRequest request, long millis, Consumer<@Nullable LockAnswer> heard) {
    List<SimNode> up = cluster.nodes().stream().filter(SimNode::isUp).toList();
    if (up.isEmpty()) {
      later(NONE_UP_NANOS, () -> heard.accept(null));
    } else {
      askLocks(cluster.nodes().indexOf(random.pick(up)), request, millis, heard);
    }
  }

  private void askLocks(
      int node, LockRequest request, long millis, Consumer<@Nullable LockAnswer> heard) {
    AtomicBoolean over = new AtomicBoolean();
    SimEvent patience =
        world()
            .schedule(
                (millis + PATIENCE_MILLIS) * MILLIS,
                name,
                () -> {
                  if (over.compareAndSet(false, true)) {
                    heard.accept(null);
                  }
                });
    cluster
        .node(node)
        .askLocks(
            request,
            millis * MILLIS,
            answer -> {
              if (over.compareAndSet(false, true)) {
                patience.cancel();
                later(0, () -> heard.accept(answer));
              }
            });
  }

  /** Asks until a node answers other than that it cannot; when no client works any more. */
  @Nullable LockAnswer awaitLocks(LockRequest request) {
    AtomicReference<@Nullable LockAnswer> answer = new AtomicReference<>();
    for (int tries = 0; tries < 5 && isOpen(answer.get()); tries++) {
      answer.set(null);
      int node = cluster.nodes().indexOf(random.pick(cluster.present()));
      askLocks(node, request, 3_000, answer::set);
      boolean unused = world().runUntil(() -> answer.get() != null, Duration.ofSeconds(4));
    }
    return answer.get();
  }

  private static boolean isOpen(@Nullable LockAnswer answer) {
    return answer == null
        || answer instanceof LockAnswer.Unknown
        || (answer instanceof LockAnswer.Refused refused
            && refused.kind() == LockAnswer.Kind.UNAVAILABLE);
  }

  /** A put mostly, a get or a delete. */
  void write(int node, String key, Answer answer) {
    if (random.chance(0.2)) {
      delete(node, key, answer);
    } else {
      put(node, key, answer);
    }
  }

  /** Whether it was refused, or not heard at all, since this was last asked. */
  boolean takeRefused() {
    boolean was = refused;
    refused = false;
    return was;
  }

  static boolean succeeded(@Nullable Outcome outcome) {
    return outcome != null && !(outcome instanceof Outcome.Failed);
  }

  private @Nullable Level anyLevel() {
    return random.chance(0.05) ? null : random.pick(shape.levels());
  }

  /** Null: what the tenant has its reads do. */
  private @Nullable ReadRepair anyRepair() {
    if (random.chance(0.6)) {
      return null;
    }
    return random.pick(
        List.of(
            ReadRepair.EVERYONE,
            ReadRepair.EVERYONE,
            ReadRepair.background(100),
            ReadRepair.background(30),
            ReadRepair.OFF));
  }

  /** One call; its callback runs once, however it ends. */
  private final class Turn {
    private final Answer answer;
    private final Ask ask;
    private final SimEvent patience;
    private @Nullable Call call;
    private boolean over;

    Turn(Answer answer) {
      this.answer = answer;
      long timeoutMillis = random.between(shape.timeoutMillis() / 2, shape.timeoutMillis());
      this.ask = new Ask(Duration.ofMillis(timeoutMillis), this::end);
      this.patience =
          cluster.world().schedule((timeoutMillis + PATIENCE_MILLIS) * MILLIS, name, this::end);
    }

    private void end() {
      if (!over) {
        over = true;
        patience.cancel();
        // A call to a node that is down ends before it is known here; the answer can wait.
        later(0, this::tell);
      }
    }

    private void tell() {
      Outcome outcome = call == null ? null : call.outcome();
      refused |=
          outcome == null
              || (outcome instanceof Outcome.Failed(Failure failure) && !failure.mayHaveApplied());
      answer.heard(outcome);
    }
  }
}
