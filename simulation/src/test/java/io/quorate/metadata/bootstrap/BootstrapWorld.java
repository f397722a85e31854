package io.quorate.metadata.bootstrap;

import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.runtime.LaneTime;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Nodes that do nothing but bootstrap, with their disks and a network between addresses. */
final class BootstrapWorld {
  final SimWorld world;
  final SimRandom random;
  final SortedMap<String, Node> byAddress = new TreeMap<>();

  /** Every cluster that any node ever said it belongs to. */
  final Set<String> clustersEver = new TreeSet<>();

  /** How often of a hundred a question or its answer is lost. */
  int lossPercent;

  BootstrapWorld(long seed) {
    world = SimWorld.of(seed);
    random = world.random("bootstrap");
  }

  /** Members of a cluster that decides what it is asked, until told otherwise. */
  FakeGroup decideFor(List<Node> members) {
    FakeGroup group = new FakeGroup(world, members.getFirst().durableSnapshot());
    for (Node member : members) {
      member.group = group;
      member.joined(member.joinedAs());
    }
    return group;
  }

  List<Node> nodes(String... addresses) {
    return List.of(addresses).stream().map(each -> node(each, addresses)).toList();
  }

  Node node(String address, String... seeds) {
    Node node = new Node(address, List.of(seeds));
    byAddress.put(address, node);
    return node;
  }

  boolean runUntilAllJoined() {
    return world.runUntil(
        () -> byAddress.values().stream().allMatch(node -> node.joined != null),
        Duration.ofSeconds(30));
  }

  void runFor(int seconds) {
    world.runFor(Duration.ofSeconds(seconds));
  }

  /** One node: its disk lives on through its starts. */
  final class Node implements BootstrapListener {
    final String address;
    final List<String> seeds;
    String zone = "z1";
    Joining joining = Joining.NO;
    MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
    int starts;

    /** Stands for the node's metadata group; null if the test does not need it. */
    @Nullable FakeGroup group;

    @Nullable SimLane lane;
    @Nullable Bootstrap bootstrap;
    @Nullable Joined joined;
    @Nullable Refusal refusal;
    boolean refusedAfterJoining;
    final List<String> waited = new ArrayList<>();

    /** The members that have answered in this start, as {@code address in start}. */
    final Map<NodeId, String> met = new TreeMap<>();

    /** Durable writes still to be made before the node dies; negative: it does not. */
    int writesToLive = -1;

    /** Whether the last of them takes effect. */
    boolean lastWriteCounts;

    Release release = Releases.THIS;

    /** Of its last start. */
    @Nullable DiskMarks marks;

    Node(String address, List<String> seeds) {
      this.address = address;
      this.seeds = seeds;
    }

    void start() {
      if (isUp()) {
        return;
      }
      starts++;
      joined = null;
      refusal = null;
      met.clear();
      SimRandom chance = world.random(address + "#" + starts);
      SimLane mine = new SimLane(world, address, chance.split("lane"));
      lane = mine;
      SimRandomness randomness = new SimRandomness(chance.split("node"));
      Storage storage = disk.mount(mine, randomness, StorageListener.NONE, health -> {});
      mine.execute(
          () -> {
            LaneTime time = new LaneTime(mine, new SimClock(world, chance.split("clock")));
            marks =
                new DiskMarks(OwnDiskMark.open(storage.diskMark(mine), time), new HeardDiskMarks());
            Bootstrap opened =
                Bootstrap.open(
                    new BootstrapConfig(address, "r", zone, 1.0, seeds, 16, joining, release, ""),
                    new DyingIdentities(storage.identity()),
                    new DyingRaftStore(storage.raft(mine)),
                    marks,
                    new Questions(mine),
                    time,
                    randomness,
                    this);
            if (isUp()) {
              bootstrap = opened;
              opened.start();
            }
          });
    }

    boolean isUp() {
      return lane != null && !lane.isDead();
    }

    void kill() {
      if (lane != null) {
        lane.kill();
        disk.crash();
        bootstrap = null;
        joined = null;
      }
    }

    void askAgain() {
      Objects.requireNonNull(lane).execute(() -> Objects.requireNonNull(bootstrap).askAgain());
    }

    void loseDisk() {
      kill();
      disk = new MemoryDisk(DiskSpeed.FLASH);
    }

    /** Puts a state of the metadata group on the disk of a node that is down. */
    void keep(RaftStore.Snapshot snapshot) {
      SimLane setup = new SimLane(world, address + " is set up", world.random("keep"));
      Storage storage =
          disk.mount(
              setup, new SimRandomness(world.random("keep")), StorageListener.NONE, health -> {});
      setup.execute(
          () ->
              storage
                  .raft(setup)
                  .save(
                      new RaftStore.Change(
                          new RaftStore.HardState(snapshot.term(), 0), snapshot, false, List.of()),
                      new RecordStore.PutCallback() {
                        @Override
                        public void stored() {}

                        @Override
                        public void failed(StorageFault fault) {
                          throw new AssertionError(fault);
                        }
                      }));
      runFor(1);
      storage.close();
    }

    void dieAtWrite(int write, boolean counts) {
      writesToLive = write;
      lastWriteCounts = counts;
    }

    NodeId id() {
      return joinedAs().identity().node();
    }

    ClusterId cluster() {
      return joinedAs().cluster();
    }

    Joined joinedAs() {
      return Objects.requireNonNull(joined, address + " has not joined");
    }

    String refusalMessage() {
      return Objects.requireNonNull(refusal, address + " was not refused").message();
    }

    Refusal.Kind refusalKind() {
      return Objects.requireNonNull(refusal, address + " was not refused").kind();
    }

    /** What a crash would leave of the metadata group. */
    RaftStore.Snapshot durableSnapshot() {
      return Objects.requireNonNull(disk.durableRaft().snapshot(), address + " saved no genesis");
    }

    @Override
    public void joined(Joined how) {
      if (isUp()) {
        joined = how;
        clustersEver.add(how.cluster().toString());
        if (group != null && bootstrap != null) {
          bootstrap.answerFrom(group, group);
        }
      }
    }

    @Override
    public void refused(Refusal why) {
      if (isUp()) {
        refusedAfterJoining = joined != null;
        kill();
        refusal = why;
      }
    }

    @Override
    public void met(NodeId member, String at, int incarnation) {
      met.put(member, at + " in " + incarnation);
    }

    @Override
    public void waiting(String forWhat) {
      waited.add(forWhat);
    }

    /** Whether a write may go on; the node is dead afterwards if it was the last. */
    private boolean mayWrite() {
      return isUp() && (writesToLive < 0 || writesToLive > 1 || lastWriteCounts);
    }

    private void wrote() {
      if (writesToLive > 0 && --writesToLive == 0) {
        writesToLive = -1;
        kill();
      }
    }

    private final class DyingIdentities implements IdentityStore {
      private final IdentityStore real;

      DyingIdentities(IdentityStore real) {
        this.real = real;
      }

      @Override
      public @Nullable Identity load() {
        return real.load();
      }

      @Override
      public void save(Identity identity) {
        if (mayWrite()) {
          real.save(identity);
        }
        wrote();
      }
    }

    private final class DyingRaftStore implements RaftStore {
      private final RaftStore real;

      DyingRaftStore(RaftStore real) {
        this.real = real;
      }

      @Override
      public Image load() {
        return real.load();
      }

      @Override
      public void save(Change change, RecordStore.PutCallback durable) {
        if (!mayWrite()) {
          wrote();
          return;
        }
        real.save(
            change,
            new RecordStore.PutCallback() {
              @Override
              public void stored() {
                wrote();
                if (isUp()) {
                  durable.stored();
                }
              }

              @Override
              public void failed(StorageFault fault) {
                durable.failed(fault);
              }
            });
      }
    }

    /** Questions and answers take up to 20 ms each way, and may be lost. */
    private final class Questions implements Introductions {
      private final SimLane asker;

      Questions(SimLane asker) {
        this.asker = asker;
      }

      @Override
      public void ask(String seed, Introduction mine, Callback callback) {
        world.schedule(delay(), "question", () -> hear(seed, mine, callback));
      }

      private void hear(String seed, Introduction mine, Callback callback) {
        Node other = byAddress.get(seed);
        Bootstrap host = other == null || !other.isUp() ? null : other.bootstrap;
        SimLane lane = other == null ? null : other.lane;
        if (host == null || lane == null) {
          asker.execute(() -> callback.failed("connection refused"));
        } else if (random.nextInt(100) < lossPercent) {
          lost(callback);
        } else {
          lane.execute(() -> answer(host.answer(mine), callback));
        }
      }

      private void answer(IntroductionReply reply, Callback callback) {
        if (random.nextInt(100) < lossPercent) {
          lost(callback);
        } else {
          world.schedule(delay(), "answer", () -> asker.execute(() -> callback.answered(reply)));
        }
      }

      private void lost(Callback callback) {
        world.schedule(
            2_000_000_000L, "timeout", () -> asker.execute(() -> callback.failed("no answer")));
      }

      private long delay() {
        return random.between(10_000, 20_000_000);
      }
    }
  }
}
