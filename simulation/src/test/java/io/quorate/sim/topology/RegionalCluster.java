package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockRequest;
import io.quorate.locks.Locks;
import io.quorate.locks.LocksInside;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataStatus;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.raft.Raft;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.check.UniqueValue;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimTopology;
import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Three regions of three nodes and a spare one in the second, and clients in each region. A client
 * has keys of its own and asks nodes of its region at LOCAL_QUORUM; the values of a key are numbers
 * that grow, so it sees at once if it reads less than was acknowledged before.
 */
final class RegionalCluster {
  private static final String REGIONS = "aaabbbcccb";
  private static final int SPARE = 9;
  private static final int CLIENTS = 6;
  private static final int KEYS = 4;
  private static final int VALUE_BYTES = 16;

  /** Less than any number that is put. */
  private static final long NOTHING = -1;

  private static final String GEO = "geo";
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration STEP_MAX = Duration.ofMinutes(1);
  private static final Duration CHANGED_MAX = Duration.ofMinutes(4);
  private static final long PAUSE_NANOS = 30_000_000L;
  private static final int ATTEMPTS_MAX = 20;

  /** There and back, in milliseconds, and which two regions. */
  private static final Map<String, Long> ROUND_TRIPS = Map.of("ab", 40L, "ac", 80L, "bc", 200L);

  private static final double LOSS = 0.002;

  private static final Tenant PLAIN =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);
  private static final Command.CreateTenant CREATE_GEO =
      new Command.CreateTenant(
          GEO,
          ReplicationFactor.byRegion(new TreeMap<>(Map.of("a", 3, "b", 3, "c", 3))),
          TenantSettings.of(Level.LOCAL_QUORUM, Level.LOCAL_QUORUM, null));

  /** As they are now. */
  private final Map<String, Long> roundTrips = new TreeMap<>(ROUND_TRIPS);

  private final SimWorld world;
  private final SimCluster cluster;
  private final SimTopology topology;
  private final SimRandom random;

  /** By key: the number acknowledged last, and the last that was tried. */
  private final Map<String, Long> acknowledged = new TreeMap<>();

  private final Map<String, Long> tried = new TreeMap<>();
  private final Map<String, Long> succeeded = new TreeMap<>(Map.of("a", 0L, "b", 0L, "c", 0L));
  private final List<String> wrong = new ArrayList<>();
  private long lastPut = NOTHING;
  private int busy;

  /** Regions whose clients ask no more. */
  private final Set<String> silent = new TreeSet<>();

  private boolean stopped;

  private RegionalCluster(long seed, long regionBytesPerSecond) {
    List<String> seeds = IntStream.range(0, SPARE).mapToObj(SimNode::address).toList();
    world = SimWorld.of(seed);
    cluster =
        new SimCluster(
            world,
            SPARE,
            1,
            PLAIN,
            WholeNode.factory(
                seeds,
                CoordinatorConfig.DEFAULT,
                AdmissionConfig.DEFAULT,
                new WholeNode.Site(RegionalCluster::regionOf, regionBytesPerSecond),
                Sabotage.NONE),
            Sabotage.NONE);
    cluster.altersTenants();
    cluster.beside(new Tenant(2, GEO, CREATE_GEO.replicationFactor(), CREATE_GEO.settings()));
    topology = new SimTopology(cluster);
    random = world.random("regional clients");
  }

  private static String regionOf(int index) {
    return REGIONS.substring(index, index + 1);
  }

  /** Starts the nodes, a tenant with three replicas in each region, and its clients. */
  static RegionalCluster ready(long seed) {
    return ready(seed, 0);
  }

  /**
   * The same, with a bound of what each node brings to other regions in the background, and from
   * them; 0: none.
   */
  static RegionalCluster ready(long seed, long regionBytesPerSecond) {
    RegionalCluster nodes = new RegionalCluster(seed, regionBytesPerSecond);
    nodes.cluster.startAll();
    nodes.await(nodes.cluster::isReady, STEP_MAX);
    nodes.setLinks();
    nodes.wish(CREATE_GEO);
    nodes.awaitEnd();
    for (int client = 0; client < CLIENTS; client++) {
      nodes.next(client);
    }
    nodes.pass(Duration.ofSeconds(1));
    assertThat(nodes.wrong).isEmpty();
    return nodes;
  }

  private void setLinks() {
    for (int from = 0; from < REGIONS.length(); from++) {
      for (int to = 0; to < REGIONS.length(); to++) {
        NodeId source = cluster.node(from).knownId();
        NodeId target = cluster.node(to).knownId();
        String pair =
            regionOf(from).compareTo(regionOf(to)) < 0
                ? regionOf(from) + regionOf(to)
                : regionOf(to) + regionOf(from);
        Long roundTrip = roundTrips.get(pair);
        if (source != null && target != null && roundTrip != null) {
          long oneWayNanos = roundTrip * 500_000;
          cluster
              .network()
              .setConditions(
                  source,
                  target,
                  LinkConditions.QUIET
                      .withLatency(oneWayNanos * 9 / 10, oneWayNanos / 10)
                      .withLoss(LOSS));
        }
      }
    }
  }

  /** From now on messages between any two regions take this long, there and back. */
  void setRoundTrips(long millis) {
    roundTrips.replaceAll((pair, before) -> millis);
    setLinks();
  }

  /**
   * Which term each node that is up is in, and which leader it knows; all the same while one leads.
   */
  Set<String> leadership() {
    Set<String> all = new TreeSet<>();
    for (int index = 0; index < SPARE; index++) {
      MetadataGroup group = cluster.node(index).metadata();
      if (group != null) {
        MetadataStatus status = group.status();
        all.add("node %s in term %d".formatted(status.leader(), status.term()));
      }
    }
    return all;
  }

  /** The same of the voters of the group that keeps locks. */
  Set<String> lockLeadership() {
    Set<String> all = new TreeSet<>();
    for (int index = 0; index < SPARE; index++) {
      Locks locks = cluster.node(index).locks();
      Raft raft = locks == null ? null : LocksInside.raft(locks);
      if (raft != null && raft.membership().voters().contains(cluster.node(index).knownId())) {
        all.add("node %s in term %d".formatted(raft.leader(), raft.term()));
      }
    }
    return all;
  }

  /** A node of a region asks about locks, and waits for the answer; null if there is none. */
  @Nullable LockAnswer askLocks(String region, LockRequest request, Duration atMost) {
    AtomicReference<@Nullable LockAnswer> answer = new AtomicReference<>();
    cluster.node(nodeIn(region)).askLocks(request, atMost.toNanos(), answer::set);
    boolean unused = world.runUntil(() -> answer.get() != null, atMost.multipliedBy(2));
    return answer.get();
  }

  /** The process of the node that leads ends. */
  void killLeader() {
    for (int index = 0; index < SPARE; index++) {
      if (cluster.node(index).leads()) {
        cluster.node(index).crash();
        return;
      }
    }
    throw new AssertionError("no node leads");
  }

  private int nodeIn(String region) {
    List<Integer> there =
        IntStream.range(0, SPARE)
            .filter(each -> regionOf(each).equals(region) && cluster.node(each).isReady())
            .boxed()
            .toList();
    return there.isEmpty() ? REGIONS.indexOf(region) : random.pick(there);
  }

  private void next(int client) {
    world.schedule(
        random.between(1, PAUSE_NANOS),
        "client " + client,
        () -> {
          if (!stopped) {
            act(client);
          }
        });
  }

  private void act(int client) {
    String region = regionOf((client % 3) * 3);
    String key = region + client + " " + random.nextInt(KEYS);
    if (silent.contains(region)) {
      return;
    }
    boolean writes = random.chance(0.5);
    long least = acknowledged.getOrDefault(key, NOTHING);
    busy++;
    AtomicReference<@Nullable Call> made = new AtomicReference<>();
    Ask ask =
        new Ask(
            TIMEOUT,
            () -> {
              busy--;
              ended(region, key, least, made.get());
              next(client);
            });
    Call call =
        writes
            ? cluster.put(GEO, nodeIn(region), key, VALUE_BYTES, ask)
            : cluster.get(GEO, nodeIn(region), key, null, ask);
    made.set(call);
    if (writes) {
      tried.put(key, number(call));
    }
  }

  /** Values are numbers that grow. */
  private static long number(Call put) {
    return UniqueValue.attemptOf(((Operation.Put) put.operation()).value());
  }

  private static long number(byte[] value) {
    return value.length == 0 ? NOTHING : UniqueValue.attemptOf(value);
  }

  private void ended(String region, String key, long least, @Nullable Call call) {
    if (call == null) {
      return; // its node was down
    }
    switch (call.outcome()) {
      case Outcome.Written written -> {
        acknowledged.merge(key, number(call), Math::max);
        succeeded.merge(region, 1L, Long::sum);
      }
      case Outcome.Read read -> {
        long found = read.live() == null ? NOTHING : number(read.live().copyValue());
        if (found < least || found > tried.getOrDefault(key, NOTHING)) {
          wrong.add("%s reads %d, and %d was acknowledged".formatted(key, found, least));
        }
        succeeded.merge(region, 1L, Long::sum);
      }
      case null, default -> {}
    }
  }

  /** A client in a region puts a value, and waits for what comes of it. */
  @Nullable Outcome put(String region, String key, Level level) {
    Call put = cluster.put(GEO, nodeIn(region), key, VALUE_BYTES, level, Ask.within(TIMEOUT));
    lastPut = number(put);
    return outcome(put);
  }

  /** The number that was put last by {@link #put}. */
  long lastPut() {
    return lastPut;
  }

  /**
   * The number that a client in a region reads; less than any if there is nothing, or no answer.
   */
  long get(String region, String key, Level level) {
    Call get = cluster.get(GEO, nodeIn(region), key, level, Ask.within(TIMEOUT));
    return outcome(get) instanceof Outcome.Read read && read.live() != null
        ? number(read.live().copyValue())
        : NOTHING;
  }

  /** A client in a region puts values of this size under keys of their own, some at a time. */
  void putAll(String region, int keys, int bytes) {
    List<Call> puts = new ArrayList<>();
    for (int key = 0; key < keys; key++) {
      puts.add(cluster.put(GEO, nodeIn(region), "all " + key, bytes, Ask.within(TIMEOUT)));
      pass(Duration.ofMillis(2));
    }
    for (Call put : puts) {
      assertThat(outcome(put)).isInstanceOf(Outcome.Written.class);
    }
  }

  /** How many of these keys are found in a region, by itself. */
  long found(String region, int keys) {
    List<Call> gets = new ArrayList<>();
    for (int key = 0; key < keys; key++) {
      gets.add(cluster.get(GEO, nodeIn(region), "all " + key, null, Ask.within(TIMEOUT)));
    }
    return gets.stream()
        .map(this::outcome)
        .filter(outcome -> outcome instanceof Outcome.Read read && read.live() != null)
        .count();
  }

  /** How long a client in a region waits for a put at a level. */
  Duration putLatency(String region, String key, Level level) {
    long begun = world.nowNanos();
    assertThat(put(region, key, level)).isInstanceOf(Outcome.Written.class);
    return Duration.ofNanos(world.nowNanos() - begun);
  }

  /** How long a client in a region waits for a get at a level. */
  Duration getLatency(String region, String key, Level level) {
    long begun = world.nowNanos();
    assertThat(get(region, key, level)).isNotEqualTo(NOTHING);
    return Duration.ofNanos(world.nowNanos() - begun);
  }

  long nowNanos() {
    return world.nowNanos();
  }

  SimNetwork network() {
    return cluster.network();
  }

  /** All links are whole. */
  void mend() {
    cluster.network().healAll();
    setLinks();
  }

  /** Whether two nodes stand in different regions. */
  boolean areApart(NodeId one, NodeId other) {
    ClusterState state = state();
    return !state.regions().of(one).equals(state.regions().of(other));
  }

  private @Nullable Outcome outcome(Call call) {
    assertThat(world.runUntil(call::hasEnded, TIMEOUT.multipliedBy(2))).isTrue();
    return call.outcome();
  }

  /** What clients read that was less than acknowledged, or never written. */
  List<String> wrong() {
    return wrong;
  }

  /** Requests of each region's clients that were answered. */
  Map<String, Long> succeeded() {
    return new TreeMap<>(succeeded);
  }

  /** Whether all nodes of a region serve clients. */
  boolean areReady(String region) {
    return IntStream.range(0, SPARE)
        .filter(each -> regionOf(each).equals(region))
        .allMatch(each -> cluster.node(each).isReady());
  }

  /** No message goes between a region and the others, either way. */
  void cutOff(String region) {
    cut(region, REGIONS.length());
  }

  /** The same, but a node that has just joined there is heard by the others. */
  void cutOffAllButTheSpare(String region) {
    cut(region, SPARE);
  }

  private void cut(String region, int below) {
    for (int one = 0; one < below; one++) {
      for (int other = 0; other < REGIONS.length(); other++) {
        boolean outside = !regionOf(other).equals(region) || other >= below;
        NodeId here = cluster.node(one).knownId();
        NodeId there = cluster.node(other).knownId();
        if (regionOf(one).equals(region) && outside && here != null && there != null) {
          cluster.network().cut(here, there);
          cluster.network().cut(there, here);
        }
      }
    }
  }

  void pass(Duration time) {
    world.runFor(time);
  }

  /** A machine of region b becomes a member that has no partitions. */
  void joinsAsSpare() {
    cluster.node(SPARE).invite(Joining.AS_SPARE);
    await(() -> cluster.node(SPARE).knownId() != null && isMember(SPARE), STEP_MAX);
    setLinks();
    pass(Duration.ofSeconds(1));
  }

  private boolean isMember(int index) {
    NodeId id = cluster.node(index).knownId();
    return id != null && state().members().containsKey(id);
  }

  NodeId id(int index) {
    return Objects.requireNonNull(cluster.node(index).knownId());
  }

  NodeId spare() {
    return id(SPARE);
  }

  /** The spare node takes the place of the last one of region b. */
  void replaceInRegionB() {
    wish(new Command.ReplaceNode(id(REGIONS.indexOf("bc")), spare()));
  }

  /** The clients of a region end. */
  void clientsEnd(String region) {
    silent.add(region);
    pass(TIMEOUT);
  }

  /** The tenant gets other numbers of replicas by region. */
  void alter(SortedMap<String, Integer> byRegion) {
    wish(new Command.AlterTenant(GEO, TenantSettings.NONE, ReplicationFactor.byRegion(byRegion)));
  }

  Tenant tenant() {
    return Objects.requireNonNull(state().tenants().get(GEO));
  }

  ClusterState state() {
    return Objects.requireNonNull(topology.newest());
  }

  /** Why an operator's request is refused. */
  String refusal(Command command) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      if (asked(i, command) instanceof CommandOutcome.Rejected rejected) {
        return rejected.toString();
      }
    }
    throw new AssertionError(command + " was not refused");
  }

  private void wish(Command command) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      CommandOutcome outcome = asked(i, command);
      assertThat(outcome).isNotInstanceOf(CommandOutcome.Rejected.class);
      if (outcome instanceof CommandOutcome.Accepted) {
        return;
      }
    }
    throw new AssertionError(command + " was not granted");
  }

  /** Asks one node after the other: some are cut off. */
  private @Nullable CommandOutcome asked(int turn, Command command) {
    AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
    cluster
        .node((turn * 4) % SPARE)
        .onMetadata(
            (group, nowNanos) ->
                group.propose(command, nowNanos + TIMEOUT.toNanos(), outcome::set));
    boolean unused = world.runUntil(() -> outcome.get() != null, TIMEOUT.multipliedBy(2));
    return outcome.get();
  }

  private void await(BooleanSupplier holds, Duration atMost) {
    assertThat(world.runUntil(holds, atMost)).as(topology::undone).isTrue();
  }

  void awaitEnd() {
    await(() -> topology.isDone() && !isAltered(), CHANGED_MAX);
  }

  private boolean isAltered() {
    ClusterState state = topology.newest();
    return state == null
        || state.isChanging()
        || state.replications().stream().anyMatch(Replication::isAltered);
  }

  /** All links are whole; the change comes to its end, and each key reads as acknowledged last. */
  void comeToRest() {
    mend();
    awaitEnd();
    stopped = true;
    assertThat(world.runUntil(() -> busy == 0, TIMEOUT.multipliedBy(2))).isTrue();
    pass(Duration.ofSeconds(15));
    for (Map.Entry<String, Long> each : acknowledged.entrySet()) {
      for (String region : List.of("b", "c")) {
        long found = get(region, each.getKey(), Level.QUORUM);
        if (found < each.getValue()) {
          wrong.add(
              "%s reads %d in region %s, and %d was acknowledged"
                  .formatted(each.getKey(), found, region, each.getValue()));
        }
      }
    }
  }
}
