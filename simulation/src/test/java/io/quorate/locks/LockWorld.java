package io.quorate.locks;

import io.quorate.event.Event;
import io.quorate.locks.LockAnswer.Granted;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.sim.check.LockHolds;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.kernel.SimClock;
import io.quorate.sim.kernel.SimCodec;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimNetwork;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.workload.LockTenure;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.DiskSpeed;
import io.quorate.storage.memory.MemoryDisk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Nodes that are nothing but their part in the group that keeps locks, under faults. */
final class LockWorld {
  private static final int LOCKS = 2;
  private static final int CLIENTS = 5;

  /** That a fault is the loss of most nodes that keep locks; at most once in a run. */
  private static final double LOST_CHANCE = 0.02;

  private static final long MILLIS = 1_000_000;

  final SimWorld world;
  final LockHolds holds;
  final Map<String, Integer> windows = new TreeMap<>();
  final List<Node> nodes = new ArrayList<>();
  private final SimNetwork network;
  private final Set<LaxLocks> lacks;
  private final SimRandom chance;
  private final Set<NodeId> members = new TreeSet<>();
  private LockKeepers keepers;

  /** Who is to vote now. */
  private SortedSet<NodeId> voters = new TreeSet<>();

  private boolean foundedAgain;
  private boolean over;
  private int working;

  LockWorld(long seed, Set<LaxLocks> lacks) {
    this.world = SimWorld.of(seed);
    this.network = new SimNetwork(world);
    this.holds = new LockHolds(world, window -> windows.merge(window, 1, Integer::sum));
    this.lacks = lacks;
    this.chance = world.random("schedule");
    int size = chance.chance(0.3) ? 5 : 4;
    for (int i = 1; i <= size; i++) {
      nodes.add(new Node(new NodeId(i)));
    }
    SortedSet<NodeId> founders = new TreeSet<>();
    nodes.forEach(each -> members.add(each.id));
    for (int i = 0; i < size - 1; i++) {
      founders.add(nodes.get(i).id); // the last one only passes requests on, at first
    }
    voters = founders;
    keepers = LockKeepers.founded(0, founders);
    nodes.forEach(Node::start);
  }

  /** Lets owners work under faults, and looks whether all locks are free in the end. */
  void run(Duration time) {
    for (int i = 0; i < CLIENTS; i++) {
      new Owner(i).next();
    }
    List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < LOCKS; i++) {
      Watcher watcher = new Watcher("lock" + i);
      watchers.add(watcher);
      watcher.ask();
    }
    for (int i = 0; i < 3; i++) {
      faultLater();
    }
    world.runFor(time);
    over = true;
    network.healAll();
    for (Node node : nodes) {
      node.resume();
      node.start();
    }
    world.runFor(Duration.ofSeconds(8));
    for (int i = 0; i < LOCKS; i++) {
      String lock = "lock" + i;
      long until = world.nowNanos() + 1_000 * MILLIS;
      LockAnswer answer = ask(nodes.get(i), new LockRequest.Acquire(lock, "last", 1_000, 0));
      if (working > 0 || !(answer instanceof Granted granted)) {
        throw new PromiseBroken(
            "liveness", "%d owners wait, and %s is answered %s".formatted(working, lock, answer));
      }
      boolean unused = holds.heard(lock, "last", LockMode.EXCLUSIVE, granted.token(), until);
    }
    holds.rests();
    watchers.forEach(Watcher::check);
  }

  /** Asks one node, and waits for the answer. */
  LockAnswer ask(Node node, LockRequest request) {
    List<LockAnswer> answers = new ArrayList<>();
    node.submit(request, 5_000, answers::add);
    boolean unused = world.runUntil(() -> !answers.isEmpty(), Duration.ofSeconds(6));
    return answers.isEmpty() ? new LockAnswer.Unknown("nothing was heard") : answers.getFirst();
  }

  @Nullable Node leader() {
    return nodes.stream().filter(node -> node.isUp() && node.leads()).findFirst().orElse(null);
  }

  private void faultLater() {
    world.schedule(chance.between(50 * MILLIS, 1_500 * MILLIS), "fault", this::fault);
  }

  /** Mostly of the leader, which is where locks can go wrong. */
  private void fault() {
    if (over) {
      return;
    }
    Node leader = leader();
    Node node = leader == null || chance.chance(0.3) ? chance.pick(nodes) : leader;
    long lasts = chance.between(20 * MILLIS, 2_500 * MILLIS);
    if (!foundedAgain && chance.chance(LOST_CHANCE)) {
      loseMajority();
    }
    switch (chance.nextInt(5)) {
      case 0 -> {
        node.kill();
        world.schedule(lasts, "start", node::start);
      }
      case 1, 2 -> {
        node.pause();
        world.schedule(lasts, "resume", node::resume);
      }
      case 3 -> {
        nodes.forEach(
            other -> {
              if (other != node) {
                network.cut(node.id, other.id);
                network.cut(other.id, node.id);
              }
            });
        world.schedule(lasts, "heal", network::healAll);
      }
      default -> {
        voters = new TreeSet<>();
        Node left = chance.pick(nodes);
        nodes.stream().filter(each -> each != left).forEach(each -> voters.add(each.id));
      }
    }
    faultLater();
  }

  /**
   * Most that may vote leave the cluster at once, for good, and others come. Some of those that
   * left may not know it, and go on for a while.
   */
  private void loseMajority() {
    foundedAgain = true;
    SortedSet<NodeId> mayVote = new TreeSet<>(keepers.voters());
    mayVote.addAll(keepers.next());
    int leave = mayVote.size() / 2 + 1;
    boolean unaware = chance.chance(0.3);
    for (Node each : List.copyOf(nodes)) {
      if (leave > 0 && mayVote.contains(each.id)) {
        leave--;
        members.remove(each.id);
        nodes.remove(each);
        if (unaware) {
          world.schedule(chance.between(MILLIS, 2_000 * MILLIS), "leaves", each::kill);
        } else {
          each.kill();
        }
        Node comes = new Node(new NodeId(each.id.value() + 100));
        members.add(comes.id);
        nodes.add(comes);
        comes.start();
      }
    }
    voters = new TreeSet<>();
    nodes.stream().limit(3).forEach(each -> voters.add(each.id));
  }

  /** A client that takes locks, one after the other. */
  private final class Owner implements LockTenure.Asking {
    private final int number;
    private final SimRandom random;
    private int names;

    Owner(int number) {
      this.number = number;
      this.random = world.random("owner " + number);
      working++;
    }

    void next() {
      if (over) {
        working--;
        return;
      }
      names += random.chance(0.3) ? 1 : 0;
      new LockTenure(
              this,
              holds,
              "lock" + random.nextInt(LOCKS),
              "owner" + number + "#" + names,
              LockTenure.mode(random),
              random.pick(List.of(150L, 400L, 2_500L)),
              random.pick(List.of(0L, 400L, 3_000L)),
              () -> later(random.exponential(20 * MILLIS), this::next))
          .begin();
    }

    @Override
    public SimWorld world() {
      return world;
    }

    @Override
    public SimRandom random() {
      return random;
    }

    @Override
    public void changesName() {
      names++;
    }

    @Override
    public void counts(String window) {
      windows.merge(window, 1, Integer::sum);
    }

    @Override
    public void later(long nanos, Runnable what) {
      world.schedule(nanos, "owner", what);
    }

    @Override
    public void ask(LockRequest request, long millis, Consumer<@Nullable LockAnswer> heard) {
      AtomicBoolean told = new AtomicBoolean();
      Consumer<@Nullable LockAnswer> once =
          answer -> {
            if (told.compareAndSet(false, true)) {
              later(0, () -> heard.accept(answer));
            }
          };
      later((millis + 100) * MILLIS, () -> once.accept(null));
      List<Node> up = nodes.stream().filter(Node::isUp).toList();
      if (!up.isEmpty()) {
        random.pick(up).submit(request, millis, once);
      }
    }
  }

  /** Is told who holds a lock, and asks any node again for what comes then. */
  private final class Watcher {
    private final String lock;
    private final SimRandom random;
    private long seen;
    private int questions;

    Watcher(String lock) {
      this.lock = lock;
      this.random = world.random("watcher of " + lock);
    }

    void ask() {
      int question = ++questions;
      Consumer<@Nullable LockAnswer> heard = answer -> onAnswer(question, answer);
      world.schedule(3_000 * MILLIS, "watcher", () -> heard.accept(null));
      List<Node> up = nodes.stream().filter(Node::isUp).toList();
      if (!up.isEmpty()) {
        random
            .pick(up)
            .submit(
                new LockRequest.Show(lock, 2_000, seen),
                2_500,
                answer -> world.schedule(0, "watcher", () -> heard.accept(answer)));
      }
    }

    private void onAnswer(int question, @Nullable LockAnswer answer) {
      if (question != questions) {
        return; // of an earlier question
      }
      if (answer instanceof LockAnswer.Shown shown) {
        if (shown.changed() != 0 && shown.changed() < seen) {
          throw new PromiseBroken("watch", "%s goes back from %d: %s".formatted(lock, seen, shown));
        }
        seen = shown.changed();
        windows.merge("locks: watch told", 1, Integer::sum);
      }
      world.schedule(0, "watcher", this::ask);
    }

    /** It is told within a second that the time of the last owner is over, for all nodes are up. */
    void check() {
      world.runFor(Duration.ofSeconds(2));
      LockAnswer answer = LockWorld.this.ask(nodes.getLast(), new LockRequest.Show(lock));
      if (!(answer instanceof LockAnswer.Shown shown) || shown.changed() != seen) {
        throw new PromiseBroken("watch", "%d was seen, and %s is %s".formatted(seen, lock, answer));
      }
    }
  }

  /** One node; its disk lives on through its starts. */
  final class Node {
    final NodeId id;
    private final MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
    private int boot;
    private @Nullable SimLane lane;
    private @Nullable SimClock clock;
    private @Nullable Locks locks;

    Node(NodeId id) {
      this.id = id;
    }

    void start() {
      if (isUp()) {
        return;
      }
      boot++;
      SimRandom random = world.random(id + "#" + boot);
      SimLane mine = new SimLane(world, id.toString(), random.split("lane"));
      SimClock ticks = new SimClock(world, random.split("clock"));
      SimRandomness randomness = new SimRandomness(random.split("node"));
      Storage storage = disk.mount(mine, randomness, StorageListener.NONE, health -> {});
      Network<byte[]> port =
          network
              .join(id, mine)
              .open("locks", new Frames(), (from, bytes) -> locks().onMessage(from, bytes));
      lane = mine;
      clock = ticks;
      Locks started =
          LaxLocks.create(
              lacks,
              id,
              boot,
              LockConfig.of(RaftConfig.DEFAULT, 50 * MILLIS),
              new LaneTime(mine, ticks),
              randomness,
              port,
              storage.locks(mine),
              new Voters(),
              this::happened);
      locks = started;
      mine.execute(started::start);
    }

    private void happened(Event event) {
      if (event == LockEvent.VOTERS_FOLLOWED) {
        checkRecorded();
      }
      windows.merge(event.toString(), 1, Integer::sum);
    }

    private void checkRecorded() {
      Raft raft = Objects.requireNonNull(locks().group()).raft();
      SortedSet<NodeId> now = raft.membership().voters();
      if (raft.generation() >= keepers.generation()
          && !now.equals(keepers.voters())
          && !now.equals(keepers.next())) {
        throw new PromiseBroken("voters", "%s vote, and recorded are %s".formatted(now, keepers));
      }
    }

    Locks locks() {
      return Objects.requireNonNull(locks);
    }

    boolean isUp() {
      return lane != null && !lane.isDead();
    }

    boolean leads() {
      LockGroup group = locks().group();
      return group != null && group.isLeading();
    }

    void submit(LockRequest request, long millis, Consumer<LockAnswer> heard) {
      SimClock ticks = Objects.requireNonNull(clock);
      Objects.requireNonNull(lane)
          .execute(
              () -> {
                Runnable unused = locks().submit(request, ticks.nanos() + millis * MILLIS, heard);
              });
    }

    void clusterChanged() {
      if (isUp()) {
        Objects.requireNonNull(lane).execute(() -> locks().clusterChanged());
      }
    }

    void kill() {
      if (isUp()) {
        Objects.requireNonNull(lane).kill();
        disk.crash();
        network.leave(id);
      }
    }

    void pause() {
      if (isUp()) {
        Objects.requireNonNull(lane).pause();
      }
    }

    void resume() {
      if (isUp() && Objects.requireNonNull(lane).isPaused()) {
        Objects.requireNonNull(lane).resume();
      }
    }
  }

  private final class Voters implements Locks.Cluster {
    @Override
    public boolean hasLocks() {
      return true;
    }

    @Override
    public LockKeepers keepers() {
      return keepers;
    }

    @Override
    public Set<NodeId> voters() {
      return voters;
    }

    @Override
    public Set<NodeId> members() {
      return members;
    }

    @Override
    public long recoveredGeneration() {
      return 0;
    }

    /** The metadata group decides after a while, and tells at once all that are up. */
    @Override
    public void keep(LockKeepers wanted, long deadlineNanos, Runnable done) {
      world.schedule(
          chance.between(MILLIS, 30 * MILLIS),
          "metadata",
          () -> {
            if (wanted.follow(keepers, members)) {
              keepers = wanted;
              nodes.forEach(Node::clusterChanged);
            }
            done.run();
          });
    }
  }

  private static final class Frames implements SimCodec<byte[]> {
    @Override
    public byte[] encode(List<byte[]> messages) {
      int bytes = messages.stream().mapToInt(each -> each.length + Integer.BYTES).sum();
      ByteBuffer frame = ByteBuffer.allocate(bytes);
      messages.forEach(each -> frame.putInt(each.length).put(each));
      return frame.array();
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
