package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.cluster.VoterChoice;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.event.Event;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryId;
import io.quorate.raft.EntryType;
import io.quorate.raft.Membership;
import io.quorate.raft.Role;
import io.quorate.raft.Snapshot;
import io.quorate.runtime.LaneTime;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimCodec;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Nodes that are nothing but their part in the metadata group, in a world of virtual time. */
final class MetadataWorld {
  final SimWorld world;
  final SimNetwork network;
  final SimRandom random;
  final List<Node> nodes = new ArrayList<>();
  MetadataConfig config = MetadataConfig.DEFAULT;

  /** What some node published at each state version: it must be the same on all of them. */
  private final Map<Long, byte[]> publishedBytes = new TreeMap<>();

  MetadataWorld(long seed, int size) {
    this(seed, size, 9);
  }

  MetadataWorld(long seed, int size, long cluster) {
    this(seed, inOneRegion(size), cluster, Releases.THIS);
  }

  /** Builds a group of as many nodes as regions are named. */
  MetadataWorld(long seed, List<String> regions) {
    this(seed, regions, 9, Releases.THIS);
  }

  /** Builds a group of nodes that run a release, until a test changes it. */
  MetadataWorld(long seed, int size, Release release) {
    this(seed, inOneRegion(size), 9, release);
  }

  private static List<String> inOneRegion(int size) {
    return Collections.nCopies(size, "r");
  }

  private MetadataWorld(long seed, List<String> regions, long cluster, Release release) {
    world = SimWorld.of(seed);
    network = new SimNetwork(world);
    random = world.random("schedule");
    List<Member> members = new ArrayList<>();
    for (String region : regions) {
      int i = members.size() + 1;
      members.add(
          new Member(
              new NodeId(i), "n" + i + ":1", region, "z", 1.0, 0, release, Member.State.ACTIVE));
    }
    Set<NodeId> voters = VoterChoice.of(members);
    Set<NodeId> learners = new TreeSet<>();
    members.stream().map(Member::id).filter(id -> !voters.contains(id)).forEach(learners::add);
    byte[] state = MetadataState.of(Genesis.create(new ClusterId(cluster), members, 8)).encode();
    Snapshot genesis = new Snapshot(new EntryId(1, 1), Membership.of(voters, learners), state);
    for (Member member : members) {
      nodes.add(new Node(member, genesis));
    }
  }

  void startAll() {
    nodes.forEach(Node::start);
  }

  boolean runUntil(BooleanSupplier holds) {
    return world.runUntil(holds, Duration.ofSeconds(30));
  }

  void runFor(Duration time) {
    world.runFor(time);
  }

  /** Waits for a leader that all running nodes follow. */
  Node leader() {
    boolean found = runUntil(() -> nodes.stream().filter(Node::isUp).allMatch(this::followsOneUp));
    if (!found) {
      throw new AssertionError("no leader in 30 s");
    }
    return nodes.stream().filter(n -> n.isUp() && n.leads()).findFirst().orElseThrow();
  }

  private boolean followsOneUp(Node node) {
    NodeId leader = node.group().status().leader();
    return leader != null && node(leader).isUp() && node(leader).leads();
  }

  Node follower() {
    Node leader = leader();
    return nodes.stream().filter(n -> n.isUp() && n != leader).findFirst().orElseThrow();
  }

  Node node(NodeId id) {
    return nodes.get((int) id.value() - 1);
  }

  boolean allShow(long version) {
    return nodes.stream()
        .filter(Node::isUp)
        .allMatch(node -> node.group().state().stateVersion() >= version);
  }

  static Command tenant(String name) {
    return new CreateTenant(name, 1, null, null, 0);
  }

  static Command ttl(long millis) {
    return new AlterTenant("default", null, null, millis);
  }

  /** One node; its disk lives on through its starts. */
  final class Node implements MetadataListener {
    final NodeId id;
    final String region;
    final MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
    String address;
    String zone = "z";
    int boot;
    Release release;
    String name = "";
    String clientAddress = "";
    private @Nullable SimLane lane;
    private @Nullable MetadataGroup group;

    /** Highest version published in any life: no later life may begin with a lower one. */
    long versionSeen;

    final List<Long> publishedVersions = new ArrayList<>();
    final List<StorageFault> faults = new ArrayList<>();
    final List<String> malformed = new ArrayList<>();

    /** Why it, as the leader, did not take what others proposed. */
    final List<ProposalRefused.Why> refused = new ArrayList<>();

    final List<String> refusals = new ArrayList<>();

    /** Of nodes that are to leave, as it told while it led. */
    final List<VoteKept> votesKept = new ArrayList<>();

    /** Why the cluster did not take what it announced, though it had accepted its start. */
    final List<String> announcementsRefused = new ArrayList<>();

    @Nullable String rejected;
    @Nullable String abandoned;

    /** What it said when it could not follow any more, and what others told it of themselves. */
    final List<String> stuck = new ArrayList<>();

    final List<String> stuckOthers = new ArrayList<>();
    final byte[] genesisState;

    Node(Member member, Snapshot genesis) {
      this.release = member.release();
      this.id = member.id();
      this.region = member.region();
      this.genesisState = genesis.state();
      this.address = member.address();
      save(
          new RaftStore.Change(
              new RaftStore.HardState(1, 0),
              new RaftStore.Snapshot(genesis.index(), genesis.term(), genesis.body()),
              false,
              List.of()));
    }

    /** The metadata that it would begin with now. */
    byte[] durableState() {
      RaftStore.Snapshot held = Objects.requireNonNull(stored().snapshot());
      return Snapshot.ofBody(held.index(), held.term(), held.payload()).state();
    }

    /** While it does not run. */
    void save(RaftStore.Change change) {
      SimLane setup = new SimLane(world, "setup", world.random("setup" + id));
      try (Storage storage = mount(setup)) {
        storage
            .raft(setup)
            .save(
                change,
                new RecordStore.PutCallback() {
                  @Override
                  public void stored() {}

                  @Override
                  public void failed(StorageFault fault) {}
                });
      }
    }

    private Storage mount(SimLane setup) {
      return disk.mount(
          setup, new SimRandomness(world.random("setup" + id)), StorageListener.NONE, health -> {});
    }

    /** Has a leader put bytes into the log that may be no command. */
    void proposeBytes(byte[] command) {
      MetadataGroup mineGroup = group();
      lane()
          .execute(
              () -> {
                var unused = mineGroup.raft().propose(command);
              });
    }

    /** Makes other bytes of the entries of its log; while it does not run. */
    void rewriteLog(UnaryOperator<byte[]> body) {
      RaftStore.Image held = stored();
      save(
          new RaftStore.Change(
              null,
              Objects.requireNonNull(held.snapshot()),
              false,
              held.entries().stream()
                  .map(
                      each ->
                          new RaftStore.LogEntry(
                              each.index(), each.term(), body.apply(each.payload())))
                  .toList()));
    }

    /** Puts an entry at the end of its log of which only the body is given; while it is down. */
    void appendBody(byte[] body) {
      RaftStore.Image held = stored();
      long last = Objects.requireNonNull(held.snapshot()).index();
      save(
          new RaftStore.Change(
              null, null, false, List.of(new RaftStore.LogEntry(last + 1, 1, body))));
    }

    /**
     * Puts entries at the end of its log, as a leader of the first term would; while it is down.
     */
    void append(List<byte[]> commands) {
      RaftStore.Image held = stored();
      long last =
          held.entries().isEmpty()
              ? Objects.requireNonNull(held.snapshot()).index()
              : held.entries().getLast().index();
      List<RaftStore.LogEntry> entries = new ArrayList<>();
      for (byte[] command : commands) {
        EntryId at = new EntryId(++last, held.hardState().term());
        Entry entry = new Entry(at, EntryType.NORMAL, command);
        entries.add(new RaftStore.LogEntry(entry.index(), entry.term(), entry.body()));
      }
      save(new RaftStore.Change(null, null, false, entries));
    }

    /** What it holds; while it does not run. */
    RaftStore.Image stored() {
      SimLane setup = new SimLane(world, "look", world.random("look" + id));
      try (Storage storage = mount(setup)) {
        return storage.raft(setup).load();
      }
    }

    /** Becomes the only voter, while it does not run; what it held before. */
    GroupRecord recover() {
      RaftStore.Image before = stored();
      save(
          LostMajority.recover(id, before, random.nextInt(1 << 16), 5, "operator", Releases.THIS)
              .change());
      return LostMajority.inspect(before);
    }

    void start() {
      if (isUp()) {
        return;
      }
      boot++;
      SimRandom chance = world.random(id + "#" + boot);
      SimLane mine = new SimLane(world, id.toString(), chance.split("lane"));
      lane = mine;
      publishedVersions.clear();
      SimRandomness randomness = new SimRandomness(chance.split("node"));
      Storage storage = disk.mount(mine, randomness, StorageListener.NONE, health -> {});
      var port = network.join(id, mine);
      RaftStore store = storage.raft(mine);
      MetadataGroup started =
          new MetadataGroup(
              new NodeStarted(id, address, region, zone, 1.0, boot, release, name, clientAddress),
              new StoredGroup(store.load(), store),
              config,
              new LaneTime(mine, new SimClock(world, chance.split("clock"))),
              randomness,
              port.open(
                  "metadata", new FrameCodec(), (from, bytes) -> group().onMessage(from, bytes)),
              this);
      group = started;
      mine.execute(started::start);
    }

    boolean isUp() {
      return lane != null && !lane.isDead();
    }

    boolean leads() {
      return group().status().role() == Role.LEADER;
    }

    void kill() {
      if (isUp()) {
        lane().kill();
        disk.crash();
        network.leave(id);
      }
    }

    void pause() {
      lane().pause();
    }

    void resume() {
      lane().resume();
    }

    MetadataGroup group() {
      return Objects.requireNonNull(group);
    }

    private SimLane lane() {
      return Objects.requireNonNull(lane);
    }

    SimLane laneNow() {
      return lane();
    }

    Asked propose(Command command, Duration timeout) {
      Asked asked = new Asked();
      SimLane mine = lane();
      MetadataGroup mineGroup = group();
      mine.execute(
          () ->
              mineGroup.propose(
                  command,
                  nanos() + timeout.toNanos(),
                  outcome -> {
                    if (asked.outcome != null) {
                      throw new AssertionError("answered twice");
                    }
                    asked.outcome = outcome;
                    asked.versionThen = mineGroup.state().stateVersion();
                  }));
      return asked;
    }

    /** Proposes and waits. */
    CommandOutcome ask(Command command) {
      Asked asked = propose(command, Duration.ofSeconds(10));
      if (!runUntil(() -> asked.outcome != null)) {
        throw new AssertionError(command + " was never answered");
      }
      return Objects.requireNonNull(asked.outcome);
    }

    Asked confirm(Duration timeout) {
      Asked asked = new Asked();
      MetadataGroup mineGroup = group();
      lane()
          .execute(
              () ->
                  mineGroup.confirm(
                      nanos() + timeout.toNanos(),
                      known -> {
                        asked.confirmed = known;
                        asked.versionThen = mineGroup.state().stateVersion();
                      }));
      return asked;
    }

    /** Raft's clock of this life: the origin of a simulated clock follows from its seed. */
    long nanos() {
      return new SimClock(world, world.random(id + "#" + boot).split("clock")).nanos();
    }

    @Override
    public void published(ClusterState state) {
      if (state.stateVersion() < versionSeen) {
        throw new AssertionError(
            "node %s published %d after %d".formatted(id, state.stateVersion(), versionSeen));
      }
      versionSeen = state.stateVersion();
      publishedVersions.add(state.stateVersion());
      byte[] bytes = ClusterStateCodec.encode(state);
      byte[] before = publishedBytes.putIfAbsent(state.stateVersion(), bytes);
      if (before != null && !Arrays.equals(before, bytes)) {
        throw new AssertionError("two states of version " + state.stateVersion());
      }
    }

    @Override
    public void startRejected(String reason) {
      rejected = reason;
    }

    @Override
    public void announcementRefused(String reason) {
      announcementsRefused.add(reason);
    }

    @Override
    public void abandoned(String reason) {
      abandoned = reason;
    }

    @Override
    public void storeFailed(StorageFault fault) {
      faults.add(fault);
    }

    @Override
    public void stuck(String why, @Nullable Throwable cause) {
      stuck.add(why);
    }

    @Override
    public void stuck(NodeId member, String why) {
      stuckOthers.add(member + ": " + why);
    }

    @Override
    public void happened(Event event) {
      if (event instanceof ProposalRefused refusal) {
        refused.add(refusal.why());
        refusals.add(refusal.detail());
      }
      if (event instanceof VoteKept kept) {
        votesKept.add(kept);
      }
    }

    @Override
    public void malformed(NodeId from, String why) {
      malformed.add(why);
    }
  }

  /** A question under way. */
  static final class Asked {
    @Nullable CommandOutcome outcome;
    @Nullable Boolean confirmed;

    /** What the asked node showed when it answered. */
    long versionThen;

    boolean isAccepted() {
      return outcome instanceof CommandOutcome.Accepted;
    }
  }

  /** Messages of the metadata group are bytes already, each after its length. */
  private static final class FrameCodec implements SimCodec<byte[]> {
    @Override
    public byte[] encode(List<byte[]> messages) {
      int size = messages.stream().mapToInt(each -> each.length + Integer.BYTES).sum();
      ByteBuffer out = ByteBuffer.allocate(size);
      messages.forEach(each -> out.putInt(each.length).put(each));
      return out.array();
    }

    @Override
    public List<byte[]> decode(byte[] frame) {
      List<byte[]> messages = new ArrayList<>();
      ByteBuffer in = ByteBuffer.wrap(frame);
      while (in.hasRemaining()) {
        byte[] message = new byte[in.getInt()];
        in.get(message);
        messages.add(message);
      }
      return messages;
    }
  }
}
