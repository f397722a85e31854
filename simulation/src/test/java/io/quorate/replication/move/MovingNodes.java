package io.quorate.replication.move;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.Cut;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.Nodes;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.placement.Tenants;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Offered;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.Probed;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadImage;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.repair.DamageRepair;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.repair.LaxMending;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.LaxReplica;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.runtime.LaneTime;
import io.quorate.sim.cluster.PassingRecords;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Nodes with one partition, which goes where a test says; each learns of it when told. */
final class MovingNodes {
  static final Tenant TENANT = new Tenant(1, "t", 3, Level.QUORUM, Level.QUORUM, 0);

  /** A tenant whose replicas are all of a list of four. */
  static final Tenant WIDE = new Tenant(2, "wide", 4, Level.QUORUM, Level.QUORUM, 0);

  static final NodeId A = new NodeId(0xA);
  static final NodeId B = new NodeId(0xB);
  static final NodeId C = new NodeId(0xC);
  static final NodeId D = new NodeId(0xD);
  static final NodeId E = new NodeId(0xE);
  static final NodeId F = new NodeId(0xF);

  private static final RepairConfig CONFIG =
      new RepairConfig(false, Long.MAX_VALUE / 4, 200_000_000L, 100, 16, 4, 0);

  final SimWorld world = SimWorld.of(1);
  final List<Event> events = new ArrayList<>();
  private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
  private final TreeMap<NodeId, MemoryDisk> disks = new TreeMap<>();
  private final Set<NodeId> silent = new TreeSet<>();
  private final Set<LaxCopier> copierLacks = EnumSet.noneOf(LaxCopier.class);
  private final Set<LaxReplica.Rule> replicaLacks = EnumSet.noneOf(LaxReplica.Rule.class);
  private final TreeMap<String, Tenant> tenants = new TreeMap<>(Map.of(TENANT.name(), TENANT));
  private long bytesPerSecond;
  private boolean fills;
  private boolean mendsLaxly;
  private boolean notesRefills;
  private @Nullable BooleanSupplier syncs;
  private int lives;

  /** Nodes that have said that they are full. */
  final List<NodeId> reported = new ArrayList<>();

  /** Where nodes stand; none is known of any until a test says so. */
  final Map<NodeId, Placements.Member> members = new TreeMap<>();

  /** Registers that nodes have had accepted for a move, once for each node. */
  final List<Key> settled = new ArrayList<>();

  /** Whether nodes can have them accepted. */
  boolean settles = true;

  /** Which nodes were asked for pages of records. */
  final Set<NodeId> pagesFrom = new TreeSet<>();

  /** Those that do not give others what they keep of versions that were replaced. */
  final Set<NodeId> withoutHistory = new TreeSet<>();

  /** Which nodes were asked for that. */
  final Set<NodeId> historyFrom = new TreeSet<>();

  /** The cut that nodes learn of with the next placement. */
  Cut cut = Cut.NONE;

  /** How urgent the records were that were asked for. */
  final Set<Urgency> urgencies = EnumSet.noneOf(Urgency.class);

  /** One start of one node. */
  final class Node {
    final NodeId id;
    final SimLane lane;
    final Replica replica;
    final Copier copier;
    final Filler filler;
    final Leftovers leftovers;
    final DamageRepair damageRepair;
    final DamagedHandOver damagedHandOver;

    Node(NodeId id, Placements placements) {
      this.id = id;
      lives++;
      lane = new SimLane(world, id + "", world.random("lane " + lives));
      var clock = new SimClock(world, world.random("clock " + lives));
      MemoryDisk disk = disks.computeIfAbsent(id, unknown -> new MemoryDisk(DiskSpeed.FLASH));
      Storage storage =
          disk.mount(
              lane,
              new SimRandomness(world.random("disk " + lives)),
              StorageListener.NONE,
              health -> {});
      RecordStore durable = storage.records(lane);
      RecordStore records = syncs == null ? durable : new SyncingIf(durable, syncs);
      replica =
          LaxReplica.create(
              replicaLacks,
              Set.of(),
              Set.of(),
              new Replica.Collaborators(
                  id,
                  records,
                  storage.arrivals(lane),
                  storage.notes(lane),
                  clock,
                  new HybridClock(500),
                  new CacheSizes(10_000, 10_000),
                  NoteLimits.DEFAULT,
                  events::add),
              placements);
      var peers = new DirectPeers(MovingNodes.this, this);
      var context =
          new RepairContext(
              id, replica, peers, MovingNodes.this::isLive, new LaneTime(lane, clock), events::add);
      copier = LaxCopier.create(copierLacks, context, MovingNodes.this::noting, CONFIG, placements);
      filler = new Filler(context, this::report, BackgroundBudget.UNLIMITED, CONFIG, placements);
      leftovers = new Leftovers(context, records, copier, BackgroundBudget.UNLIMITED, placements);
      DamageRepair.Request request = (place, callback) -> callback.accept(notesRefills);
      damageRepair =
          mendsLaxly
              ? LaxMending.create(context, filler, request, CONFIG, placements)
              : new DamageRepair(context, filler, request, CONFIG, placements);
      replica.onDamage(damageRepair::found);
      damagedHandOver =
          new DamagedHandOver(context, records, leftovers, BackgroundBudget.UNLIMITED, placements);
      damageRepair.keepWhile(new DamageRepair.Owed(leftovers::owes, leftovers::waitsToHandOver));
      lane.execute(
          () -> {
            copier.start();
            damageRepair.start();
            damagedHandOver.start();
            leftovers.start();
            if (fills) {
              filler.start();
            }
            tick();
          });
    }

    private void report(List<Peers.Place> places, Consumer<Boolean> callback) {
      places.forEach(place -> reported.add(id));
      callback.accept(true);
    }

    private void tick() {
      replica.tick();
      var unused = lane.schedule(50_000_000L, this::tick);
    }
  }

  /** Nodes that are started from now on sync what is durable only while this holds. */
  void syncIf(BooleanSupplier condition) {
    syncs = condition;
  }

  /** A disk whose syncs fail while a condition does not hold. */
  private record SyncingIf(RecordStore real, BooleanSupplier condition) implements PassingRecords {
    @Override
    public void sync(PutCallback synced) {
      if (condition.getAsBoolean()) {
        synced.stored();
      } else {
        synced.failed(new StorageFault(StorageFault.Kind.FAILED, "test"));
      }
    }
  }

  void lacks(LaxCopier rule) {
    copierLacks.add(rule);
  }

  void lacks(LaxReplica.Rule rule) {
    replicaLacks.add(rule);
  }

  void also(Tenant tenant) {
    tenants.put(tenant.name(), tenant);
  }

  /** Nodes that are started from now on fill what they are to be filled of. */
  void fill() {
    fills = true;
  }

  /** Nodes that are started from now on drop at once what is damaged. */
  void mendLaxly() {
    mendsLaxly = true;
  }

  /** The cluster takes note of what is to be filled; nodes learn of that when a test says so. */
  void noteRefills() {
    notesRefills = true;
  }

  void limit(long bytes) {
    bytesPerSecond = bytes;
  }

  boolean isLive(NodeId node) {
    return nodes.containsKey(node) && !silent.contains(node);
  }

  @Nullable Node heard(NodeId node) {
    return silent.contains(node) ? null : nodes.get(node);
  }

  Node node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  /** No bound, but what it was asked for is noted. */
  private BackgroundBudget noting(Urgency urgency) {
    return new BackgroundBudget() {
      @Override
      public boolean isOpen(NodeId with) {
        return true;
      }

      @Override
      public void took(NodeId with, int records) {
        urgencies.add(urgency);
      }

      @Override
      public void carried(NodeId with, long bytes) {}
    };
  }

  void silence(NodeId id) {
    silent.add(id);
  }

  void hear(NodeId id) {
    silent.remove(id);
  }

  void start(NodeId id, PartitionPlacement placement) {
    nodes.put(id, new Node(id, placements(placement)));
  }

  void crash(NodeId id) {
    Node node = Objects.requireNonNull(nodes.remove(id));
    node.lane.kill();
    disk(id).crash();
  }

  /** These nodes learn the partition's placement; the others do not. */
  void learn(PartitionPlacement placement, NodeId... who) {
    Placements next = placements(placement);
    for (NodeId id : who) {
      Node node = node(id);
      node.lane.execute(
          () -> {
            node.replica.placementsChanged(next);
            node.damageRepair.placementsChanged(next);
            node.damagedHandOver.placementsChanged(next);
            node.leftovers.placementsChanged(next);
            node.copier.placementsChanged(next);
            node.filler.placementsChanged(next);
          });
    }
    run(Duration.ofMillis(5));
  }

  /** Nodes learn it with the next placement. */
  void standIn(String region, NodeId... who) {
    for (NodeId id : who) {
      members.put(id, new Placements.Member(id, id + ":1", region, "z", 1));
    }
  }

  Placements placements(PartitionPlacement placement) {
    return new Placements(
        Release.NEWEST_VERSION,
        placement.epoch(),
        Nodes.of(members),
        Tenants.of(tenants),
        List.of(placement),
        bytesPerSecond,
        Map.of(),
        cut);
  }

  static PartitionPlacement at(long epoch, NodeId... list) {
    return new PartitionPlacement(epoch, List.of(list));
  }

  static PartitionPlacement purged(PartitionPlacement placement, long purged) {
    return new PartitionPlacement(
        placement.epoch(),
        placement.preferenceList(),
        new PurgeMarks(purged, purged),
        placement.filling(),
        placement.move());
  }

  static PartitionPlacement filling(PartitionPlacement placement, NodeId node) {
    return new PartitionPlacement(
        placement.epoch(),
        placement.preferenceList(),
        placement.purge(),
        new TreeSet<>(Set.of(node)),
        placement.move());
  }

  static PartitionPlacement moving(
      long epoch, Move.Step step, long begun, List<NodeId> list, List<NodeId> other) {
    SortedSet<NodeId> none = Collections.emptySortedSet();
    return new PartitionPlacement(epoch, list, PurgeMarks.NONE, none, new Move(step, other, begun));
  }

  static Key key(int number) {
    return key(TENANT.id(), number);
  }

  static Key key(int tenant, int number) {
    return new Key(tenant, "key %05d".formatted(number).getBytes(UTF_8));
  }

  static Record record(long millis) {
    return Record.value(
        new Version(0, Hlc.of(millis, 0), A, 1), 1, 0, ("at " + millis).getBytes(UTF_8));
  }

  /** Has some merge a record, under the epoch that they know. */
  List<WriteOutcome> write(long epoch, int key, Record record, NodeId... who) {
    return write(epoch, key(key), record, who);
  }

  List<WriteOutcome> write(long epoch, Key key, Record record, NodeId... who) {
    List<WriteOutcome> outcomes = new ArrayList<>();
    for (NodeId id : who) {
      Write write = new Write(0, 0, epoch, key, record, Cause.REPAIR, 1_000);
      Node node = node(id);
      node.lane.execute(() -> node.replica.write(write, outcomes::add));
    }
    run(Duration.ofMillis(50));
    return outcomes;
  }

  /** What a node says of a version: whether it was offered that. */
  Offered offered(NodeId id, long epoch, Key key, Version version) {
    List<ProbeOutcome> outcomes = new ArrayList<>();
    Probe probe = new Probe(0, 0, epoch, key, version, true, 1_000);
    Node node = node(id);
    node.lane.execute(() -> node.replica.probe(probe, outcomes::add));
    run(Duration.ofMillis(50));
    return ((Probed) outcomes.getFirst()).offered();
  }

  /** A page of what a node had at the moment of the cut. */
  RangeOutcome image(NodeId id, int tenant) {
    var all = new RecordStore.Range(0, tenant, new byte[0], new byte[0], 10_000, 1 << 20);
    List<RangeOutcome> outcomes = new ArrayList<>();
    Node node = node(id);
    node.lane.execute(
        () -> node.replica.readImage(new ReadImage(1, cut.id(), 0, all, 1_000), outcomes::add));
    run(Duration.ofMillis(50));
    return outcomes.getFirst();
  }

  /** A disk that has nothing, in place of the one that a node had. */
  void loseDisk(NodeId id) {
    disks.remove(id);
  }

  void run(Duration time) {
    world.runFor(time);
  }

  MemoryDisk disk(NodeId id) {
    return Objects.requireNonNull(disks.get(id));
  }

  /** What a node has on its disk under a key. */
  @Nullable Record held(NodeId id, int key) {
    return held(id, key(key));
  }

  @Nullable Record held(NodeId id, Key key) {
    return disk(id).durableRecords(0).stream()
        .filter(entry -> entry.key().equals(key))
        .map(RecordStore.Entry::record)
        .findFirst()
        .orElse(null);
  }

  int count(NodeId id) {
    return disk(id).durableRecords(0).size();
  }

  Standing standing(NodeId id) {
    return node(id).copier.standings().getFirst();
  }

  boolean isComplete(NodeId id) {
    return standing(id).complete();
  }

  long times(Event event) {
    return events.stream().filter(event::equals).count();
  }

  <F extends Event> Stream<F> events(Class<F> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast);
  }
}
