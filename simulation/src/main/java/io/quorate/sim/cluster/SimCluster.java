package io.quorate.sim.cluster;

import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataStatus;
import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.ScanPage;
import io.quorate.replication.health.LivenessConfig;
import io.quorate.sim.check.Inside.Queue;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.check.PromiseChecker;
import io.quorate.sim.check.RegionChecker;
import io.quorate.sim.check.UniqueValue;
import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimTap;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Liars;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.Rollout;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.SimIntroductions;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in a world, its clients, and the checker of their answers. There is no network between
 * a client and the node that it asks: a call begins when its node processes it, so the node is
 * responsible for all that is checked.
 */
public final class SimCluster {
  /** How much later than its deadline a call may end: a coordinator looks every few ms. */
  private static final Duration LATE_MAX = Duration.ofMillis(50);

  /** How often queues are looked at. */
  private static final long SAMPLE_NANOS = 10_000_000;

  /** Bound of what is on its way in the world: frames and timers. */
  private static final int EVENTS_MAX = 50_000;

  /** Partitions of every simulated cluster. */
  public static final int PARTITIONS = Program.PARTITIONS;

  private final SimWorld world;
  private final SimNetwork network;
  private final Windows windows = new Windows();
  private final Liars liars = new Liars();
  private final Rollout rollout = new Rollout(windows::enter);
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<Moment.Watcher> watchers = new ArrayList<>();
  private final RepairWatch repairs;
  private final PromiseChecker checker;
  private final SimOperator operator;
  private final Tenant tenant;
  private final int replicas;

  /** Rules that clients lack, too, where they are theirs. */
  private final Set<LeftOut> leftOut;

  private final List<Tenant> others = new ArrayList<>();

  /** Where machines stand; null if all stand in one region. */
  private final @Nullable SimRegions regions;

  private boolean dataPlaneAlone;

  private long nextSampleNanos;

  /** Builds the machines; none runs yet. */
  public SimCluster(
      SimWorld world, int size, Tenant tenant, Program.Factory factory, Sabotage sabotage) {
    this(world, size, 0, tenant, factory, sabotage);
  }

  /**
   * Builds the machines; none runs yet.
   *
   * @param beside machines that do not belong to the cluster yet, and may join it
   */
  public SimCluster(
      SimWorld world,
      int size,
      int beside,
      Tenant tenant,
      Program.Factory factory,
      Sabotage sabotage) {
    this(world, size, beside, null, tenant, factory, sabotage);
  }

  /**
   * Builds the machines; none runs yet.
   *
   * @param beside machines that do not belong to the cluster yet, and may join it
   * @param layout in which regions they stand; null: all in one
   */
  public SimCluster(
      SimWorld world,
      int size,
      int beside,
      @Nullable RegionLayout layout,
      Tenant tenant,
      Program.Factory factory,
      Sabotage sabotage) {
    this.world = world;
    this.network = new SimNetwork(world);
    this.tenant = tenant;
    this.repairs = new RepairWatch(nodes, tenant);
    this.leftOut = sabotage.leftOut();
    this.replicas = Math.min(size, tenant.replicationFactor());
    this.checker = new PromiseChecker(tenant, replicas, LATE_MAX.toNanos());
    var marks = new MarkWatch(nodes, windows);
    var introductions = new SimIntroductions(world, network);
    var shared =
        new NodeCollaborators(
            world,
            network,
            introductions,
            checker,
            windows,
            this::happens,
            marks,
            liars,
            rollout,
            () -> present().stream().map(SimNode::address).toList(),
            index -> layout == null ? "" : layout.regionOf(index),
            factory,
            sabotage);
    for (int i = 0; i < size + beside; i++) {
      nodes.add(new SimNode(shared, i, i < size, beside > 0));
    }
    checker.clocks(this::trueMillis, this::behindMillis);
    this.operator = new SimOperator(world, nodes, windows, rollout);
    this.regions = layout == null ? null : new SimRegions(this, layout);
    if (regions != null) {
      checker.regions(network::placeOf);
      checker.also(new RegionChecker(regions));
    }
    network.tap(new Frames());
    new WriteWatch(nodes).watch(network);
    world.afterEachEvent(this::look);
    sabotage.network(network);
  }

  /** Where machines stand; null if all stand in one region. */
  public @Nullable SimRegions regions() {
    return regions;
  }

  /** Whether nodes and clients lack a rule. */
  public boolean lacks(LeftOut rule) {
    return leftOut.contains(rule);
  }

  /** Nodes for which faults send lies. */
  public Liars liars() {
    return liars;
  }

  private long trueMillis() {
    return SimClock.EPOCH_MILLIS + world.nowNanos() / 1_000_000;
  }

  /** How far behind any clock ever was, as a negative number. */
  public long behindMillis() {
    return nodes.stream().mapToLong(node -> node.clock().lowestSkewMillis()).min().orElse(0);
  }

  /**
   * Returns the latest time that a number of nodes have each shown by their wall clocks, at any
   * moment of the run, in milliseconds since 1970. For one node this is the clock that was furthest
   * ahead.
   *
   * @param clocks the number of nodes
   */
  public long shownMillis(int clocks) {
    List<Long> ahead =
        nodes.stream()
            .map(node -> node.clock().highestSkewMillis())
            .sorted(Comparator.reverseOrder())
            .toList();
    return trueMillis() + ahead.get(Math.min(clocks, ahead.size()) - 1);
  }

  /**
   * Checks what a node says of its clock: it follows what it hears by no more than nodes adopt,
   * whatever the others say.
   *
   * @throws PromiseBroken if it is further ahead of all wall clocks than that
   */
  public void checkClock(NodeId node, long hlc) {
    long latest =
        trueMillis()
            + nodes.stream().mapToLong(each -> each.clock().highestSkewMillis()).max().orElse(0);
    long ahead = Hlc.millis(hlc) - latest;
    if (ahead > LivenessConfig.DEFAULT.clockSkewMillisMax()) {
      throw new PromiseBroken(
          "bounds", "the clock of " + node + " is " + ahead + " ms ahead of all wall clocks");
    }
  }

  /**
   * After every event. What a checker may see of a node changes only in turns of its lane, and when
   * it starts.
   */
  private void look() {
    SimLane turned = world.turned();
    if (turned != null) {
      for (SimNode node : nodes) {
        if (node.runsOn(turned)) {
          checker.happened(node);
        }
      }
    }
    if (world.nowNanos() >= nextSampleNanos) {
      nextSampleNanos = world.nowNanos() + SAMPLE_NANOS;
      checker.sampled("the world", new Queue("events to come", world.pending(), EVENTS_MAX, 0));
      for (SimNode node : nodes) {
        node.queues().forEach(queue -> checker.sampled(node.name(), queue));
        node.requests().checkNothingHangs();
      }
    }
  }

  public void startAll() {
    present().stream().filter(node -> !node.isUp()).forEach(SimNode::start);
  }

  /** Adds a watcher of moments. */
  public void watch(Moment.Watcher watcher) {
    watchers.add(watcher);
  }

  private void happens(Moment moment, SimNode node) {
    watchers.forEach(each -> each.at(moment, node));
  }

  private void happens(Moment moment, NodeId id) {
    if (watchers.isEmpty()) {
      return;
    }
    for (SimNode node : nodes) {
      if (id.equals(node.knownId())) {
        happens(moment, node);
      }
    }
  }

  /** Turns what the network says of frames into moments. */
  private final class Frames implements SimTap {
    @Override
    public void sent(NodeId from, NodeId to) {
      happens(Moment.SENT, from);
    }

    @Override
    public void arrived(NodeId from, NodeId to) {
      happens(Moment.RECEIVED, to);
    }
  }

  public SimWorld world() {
    return world;
  }

  public SimNetwork network() {
    return network;
  }

  public Windows windows() {
    return windows;
  }

  public SimOperator operator() {
    return operator;
  }

  public PromiseChecker checker() {
    return checker;
  }

  public List<SimNode> nodes() {
    return nodes;
  }

  /** Returns the machines that are part of the cluster. */
  public List<SimNode> present() {
    return nodes.stream().filter(SimNode::isPresent).toList();
  }

  public SimNode node(int index) {
    return nodes.get(index);
  }

  /**
   * Returns the metadata group as the node knows it that has heard of most commits, if any runs.
   */
  public @Nullable MetadataStatus newestMetadata() {
    return present().stream()
        .map(SimNode::metadata)
        .filter(Objects::nonNull)
        .map(MetadataGroup::status)
        .filter(Objects::nonNull)
        .reduce((one, other) -> other.commitIndex() > one.commitIndex() ? other : one)
        .orElse(null);
  }

  /**
   * Whether a node may not hold all that it should: so it says itself, or so others have heard
   * first.
   */
  public boolean mayLack(SimNode node) {
    NodeId id = node.knownId();
    return node.isIncomplete()
        || node.mayBeReplaced()
        || nodes.stream()
            .map(SimNode::placements)
            .filter(Objects::nonNull)
            .flatMap(known -> known.partitions().stream())
            .anyMatch(partition -> id != null && partition.filling().contains(id));
  }

  /** Asks a node to store a value that was never stored before; called when it ends. */
  public Call put(int node, String key, int bytes, @Nullable Level level, Ask ask) {
    return put(node, key, bytes, level, 0, ask);
  }

  /** Puts a value that expires after a while; 0: never. */
  public Call put(int node, String key, int bytes, @Nullable Level level, long ttlMillis, Ask ask) {
    return put(node, key, bytes, level, ttlMillis, 0, ask);
  }

  /** Puts a value, with a version above what the client's session has seen. */
  public Call put(
      int node,
      String key,
      int bytes,
      @Nullable Level level,
      long ttlMillis,
      long aboveHlc,
      Ask ask) {
    int number = checker.nextNumber();
    return submit(
        node,
        number,
        new Operation.Put(
            tenant.name(),
            utf8(key),
            UniqueValue.of(number, bytes),
            level,
            ttlMillis,
            RequestId.NONE,
            null,
            aboveHlc),
        ask);
  }

  public Call get(int node, String key, @Nullable Level level, Ask ask) {
    return get(node, key, level, null, ask);
  }

  public Call get(
      int node, String key, @Nullable Level level, @Nullable ReadRepair repair, Ask ask) {
    return get(node, key, level, repair, null, ask);
  }

  /** Reads what is not below a minimum. */
  public Call get(
      int node,
      String key,
      @Nullable Level level,
      @Nullable ReadRepair repair,
      @Nullable Minimum minimum,
      Ask ask) {
    AtomicReference<@Nullable Call> made = new AtomicReference<>();
    Consumer<Call> watch = repairs.begins(new Key(tenant.id(), utf8(key)));
    Call call =
        submit(
            node,
            checker.nextNumber(),
            new Operation.Get(tenant.name(), utf8(key), level, repair, minimum),
            new Ask(
                ask.timeout(),
                () -> {
                  Call ended = made.get();
                  if (ended != null) {
                    watch.accept(ended);
                  }
                  ask.onEnd().run();
                }));
    made.set(call);
    return call;
  }

  public Call delete(int node, String key, @Nullable Level level, Ask ask) {
    return delete(node, key, level, 0, ask);
  }

  /** Deletes a key, with a version above what the client's session has seen. */
  public Call delete(int node, String key, @Nullable Level level, long aboveHlc, Ask ask) {
    return submit(
        node,
        checker.nextNumber(),
        new Operation.Delete(tenant.name(), utf8(key), level, RequestId.NONE, null, aboveHlc),
        ask);
  }

  /** Tenants get other replication factors during the run. Must be called first. */
  public void altersTenants() {
    checker.altersTenants();
  }

  /** No group decides about placements and locks. Must be called first. */
  public void runsDataPlaneAlone() {
    dataPlaneAlone = true;
  }

  /** Whether no group decides about placements and locks. */
  public boolean isDataPlaneAlone() {
    return dataPlaneAlone;
  }

  /**
   * Adds clients of another tenant that nodes know; its keys must differ from those of all others.
   */
  public void beside(Tenant other) {
    others.add(other);
    checker.beside(other, Math.min(nodes.size(), other.replicationFactor()));
  }

  /** The tenants beside the first. */
  public List<Tenant> others() {
    return others;
  }

  /** Puts a value in another tenant; keys of tenants must differ. */
  public Call put(String other, int node, String key, int bytes, Ask ask) {
    return put(other, node, key, bytes, null, ask);
  }

  /** Puts a value in another tenant at a level. */
  public Call put(String other, int node, String key, int bytes, @Nullable Level level, Ask ask) {
    int number = checker.nextNumber();
    byte[] value = UniqueValue.of(number, bytes);
    return submit(
        node, number, new Operation.Put(other, utf8(key), value, level, 0, RequestId.NONE), ask);
  }

  /** Gets a value in another tenant. */
  public Call get(String other, int node, String key, @Nullable Level level, Ask ask) {
    return submit(node, checker.nextNumber(), new Operation.Get(other, utf8(key), level), ask);
  }

  /** Deletes a key in another tenant. */
  public Call delete(String other, int node, String key, Ask ask) {
    return submit(
        node,
        checker.nextNumber(),
        new Operation.Delete(other, utf8(key), null, RequestId.NONE),
        ask);
  }

  /** Reads all keys with a prefix in another tenant. */
  public void scan(String other, int node, String prefix, int entriesMax, Ask ask) {
    SimNode at = nodes.get(node);
    Scan.Question question =
        new Scan.Question(other, KeyRange.ofPrefix(utf8(prefix)), null, entriesMax);
    at.requests().submit(new Scan(world, at, checker, question, ask, found -> {}));
  }

  /** Reads all keys with a prefix at one node, {@code entriesMax} of them a page at most. */
  public void scan(int node, String prefix, @Nullable Level level, int entriesMax, Ask ask) {
    scan(node, KeyRange.ofPrefix(utf8(prefix)), level, entriesMax, ask, found -> {});
  }

  /**
   * Reads a range of keys at one node.
   *
   * @param found told what was found, in the order of the scan, if it comes to its end
   */
  public void scan(
      int node,
      KeyRange keys,
      @Nullable Level level,
      int entriesMax,
      Ask ask,
      Consumer<List<ScanPage.Entry>> found) {
    SimNode at = nodes.get(node);
    Scan.Question question = new Scan.Question(tenant.name(), keys, level, entriesMax);
    at.requests().submit(new Scan(world, at, checker, question, ask, found));
    happens(Moment.CALLED, at);
  }

  /** Asks a node for an operation that its caller has made, in any tenant. */
  public Call submit(int node, Operation operation, Ask ask) {
    return submit(node, checker.nextNumber(), operation, ask);
  }

  /** Asks for an operation that contains the number of its attempt, as a {@link UniqueValue}. */
  public Call submit(int node, IntFunction<Operation> operation, Ask ask) {
    int number = checker.nextNumber();
    return submit(node, number, operation.apply(number), ask);
  }

  private Call submit(int node, int number, Operation operation, Ask ask) {
    var call = new Call(operation, ask.onEnd());
    nodes.get(node).requests().submit(call, number, ask.timeout().toNanos());
    happens(Moment.CALLED, nodes.get(node));
    return call;
  }

  /**
   * How a client asks.
   *
   * @param timeout until it gives up
   * @param onEnd what it does when the call has ended, however that was
   */
  public record Ask(Duration timeout, Runnable onEnd) {
    public static Ask within(Duration timeout) {
      return new Ask(timeout, () -> {});
    }
  }

  /** Whether every node is up and ready, and holds what it must. */
  public boolean isReady() {
    return present().stream().allMatch(node -> node.isReady() && !node.isIncomplete());
  }

  /**
   * Whether every node acts upon the version that only the later release works at, and knows all
   * names, which came with that version.
   */
  public boolean isUpgraded() {
    return present().stream()
        .map(SimNode::metadata)
        .allMatch(
            group ->
                group != null
                    && group.state().clusterVersion() == Releases.THIS.newest()
                    && group.state().members().values().stream()
                        .noneMatch(member -> member.name().isEmpty()));
  }

  /** Nodes that have not started yet are to run the earlier release: the first, and others. */
  public void beginWithTheEarlierRelease(SimRandom random) {
    boolean all = random.chance(0.5);
    for (SimNode node : nodes) {
      if (all || node == nodes.getFirst() || random.chance(0.5)) {
        node.install(Releases.BEFORE);
      }
    }
  }

  /** Every fault is taken back: nodes run, clocks agree, links and disks are whole and fast. */
  public void heal() {
    network.healAll();
    network.setConditions(LinkConditions.QUIET);
    for (SimNode node : nodes) {
      node.skew(0);
      node.mend();
      node.resume();
    }
    startAll();
    present().stream().filter(SimNode::hasLostDisk).forEach(operator::readmit);
  }

  /**
   * Checks the tenants' records on all disks, and the cluster state of all nodes, against the
   * promises.
   */
  public void checkAtRest() {
    List<Tenant> tenants = new ArrayList<>();
    tenants.add(tenant);
    tenants.addAll(others);
    new RestCheck(present(), checker).check(tenants);
  }

  /** The durable record of a key at a node, with this number of partitions. */
  public @Nullable Record durable(int node, String name, int partitions) {
    Key key = new Key(tenant.id(), utf8(name));
    return nodes.get(node).durable(tenant.id(), key.partition(partitions)).get(key);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
