package io.quorate.sim.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.RequestId;
import io.quorate.placement.Cut;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.BackupPlane;
import io.quorate.replication.api.BackupPlane.Item;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.sim.check.BackupChecker;
import io.quorate.sim.check.BackupChecker.Name;
import io.quorate.sim.check.BackupChecker.Session;
import io.quorate.sim.check.BackupChecker.Shown;
import io.quorate.sim.check.BackupWrite;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimTopology;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A cut that is made while sessions read and write keys of many partitions, and nodes pause, crash,
 * and disagree about the time. What is read of it is checked against all that the sessions did.
 */
final class CutRun {
  private static final int NODES = 4;
  private static final int SESSIONS = 8;
  private static final int KEYS = 12;
  private static final String TENANT = "orders";
  private static final Duration READY_MAX = Duration.ofSeconds(30);
  private static final Duration TROUBLE_MAX = Duration.ofSeconds(4);
  private static final Duration CUT_MAX = Duration.ofSeconds(20);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);
  private static final int ATTEMPTS_MAX = 60;
  private static final long HISTORY_MILLIS = 60_000;
  private static final long LONG_HISTORY_MILLIS = 3_600_000;
  private static final int MEMBERS = 3;
  private static final Duration CHANGED_MAX = Duration.ofSeconds(90);

  /** How a run ended in which nothing was wrong. */
  enum Ended {
    MADE,
    /** The cluster said that it cannot be made, or that too few images are left. */
    VOID
  }

  /** Which moment it is of, and what becomes of the nodes between that and the cut. */
  enum Kind {
    /** A moment that lies ahead. */
    AHEAD,
    /** One that is over. */
    PAST,
    /** One that is over; since then, each node was replaced, one after the other. */
    BEFORE_REPLACEMENTS,
    /** One that is over; since then, each node has lost its disk and was filled, likewise. */
    BEFORE_LOSSES
  }

  /** A client, and how many operations it has begun. */
  private static final class Client {
    final Session session = new Session();
    int operations;
  }

  private final SimWorld world;
  private final SimRandom random;
  private final SimCluster cluster;
  private final Set<LeftOut> leftOut;

  private final Kind kind;

  /** Whether the moment lies in the past, of a tenant with a history. */
  private final boolean ofPast;

  private final SimTopology topology;

  private final BackupChecker checker = new BackupChecker(() -> 0);
  private double dropped;

  /** Whether nodes are left alone. */
  private boolean calm;

  /** Whether sessions rest, too. */
  private boolean healed;

  /** A cut of a moment that lies ahead. */
  CutRun(long seed, LeftOut... rules) {
    this(seed, Kind.AHEAD, rules);
  }

  /** A cut of a moment that is over. */
  static CutRun ofPast(long seed, LeftOut... rules) {
    return new CutRun(seed, Kind.PAST, rules);
  }

  /** A cut of a kind. */
  static CutRun of(Kind kind, long seed, LeftOut... rules) {
    return new CutRun(seed, kind, rules);
  }

  private CutRun(long seed, Kind kind, LeftOut... rules) {
    this.kind = kind;
    this.ofPast = kind != Kind.AHEAD;
    boolean changes = kind.compareTo(Kind.PAST) > 0;
    world = SimWorld.of(seed);
    random = world.random("cut");
    leftOut = Set.of(rules);
    Sabotage sabotage =
        new Sabotage() {
          @Override
          public Set<LeftOut> leftOut() {
            return leftOut;
          }
        };
    int size = changes ? MEMBERS : NODES;
    List<String> seeds = IntStream.range(0, size).mapToObj(SimNode::address).toList();
    cluster =
        new SimCluster(
            world,
            size,
            kind == Kind.BEFORE_REPLACEMENTS ? size : 0,
            new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0),
            WholeNode.factory(seeds, CoordinatorConfig.DEFAULT, sabotage),
            sabotage);
    topology = new SimTopology(cluster);
    cluster
        .network()
        .addRule(
            ReplicaMessage.class, sent -> !calm && random.chance(dropped) ? null : sent.message());
  }

  long count(String window) {
    return cluster.windows().count(window);
  }

  /**
   * Makes a cut and checks it.
   *
   * @throws PromiseBroken if something is missing in it, or too much
   */
  Ended run() {
    cluster.startAll();
    await(cluster::isReady, READY_MAX);
    if (kind.compareTo(Kind.PAST) > 0) {
      return runWithChanges();
    }
    TenantSettings kept = TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, HISTORY_MILLIS);
    boolean fromTheBeginning = ofPast && random.chance(0.5);
    decide(new Command.CreateTenant(TENANT, 3, fromTheBeginning ? kept : TenantSettings.NONE));
    await(
        () -> cluster.present().stream().allMatch(node -> BackupOf.tenant(node, TENANT) != null),
        READY_MAX);
    long farMillis = random.pick(List.of(2L, 120L, 240L));
    cluster.nodes().forEach(node -> node.skew(random.between(-farMillis, farMillis)));
    dropped = random.pick(List.of(0.0, 0.0, 0.02, 0.2));
    for (int i = 0; i < SESSIONS; i++) {
      next(new Client());
    }
    world.runFor(Duration.ofMillis(random.between(100, 600)));
    trouble();
    if (ofPast) {
      if (!fromTheBeginning) {
        decide(new Command.AlterTenant(TENANT, kept));
      }
      world.runFor(Duration.ofMillis(random.between(200, 3_000)));
    }
    Cut cut = make(null);
    world.runFor(Duration.ofMillis(random.between(0, 600)));
    heal();
    List<Item> read = cut.step() == Cut.Step.SEALED ? read(cut) : null;
    if (read == null) {
      return Ended.VOID;
    }
    check(cut, read);
    return Ended.MADE;
  }

  /** Sessions go on all the time; nothing else goes wrong than what is told of the kind. */
  private Ended runWithChanges() {
    decide(
        new Command.CreateTenant(
            TENANT,
            3,
            TenantSettings.NONE.with(TenantSetting.HISTORY_MILLIS, LONG_HISTORY_MILLIS)));
    await(
        () -> cluster.present().stream().allMatch(node -> BackupOf.tenant(node, TENANT) != null),
        READY_MAX);
    dropped = 0.02;
    for (int i = 0; i < SESSIONS; i++) {
      next(new Client());
    }
    world.runFor(Duration.ofMillis(random.between(500, 1_500)));
    long moment = Hlc.of(cluster.node(0).clock().wallMillis(), 0xFFFF);
    world.runFor(Duration.ofMillis(random.between(100, 500)));
    calm = true;
    for (int index = 0; index < MEMBERS; index++) {
      change(index);
      world.runFor(Duration.ofMillis(random.between(100, 500)));
    }
    Cut cut = make(moment);
    heal();
    List<Item> read = cut.step() == Cut.Step.SEALED ? read(cut) : null;
    if (read == null) {
      return Ended.VOID;
    }
    check(cut, read);
    return Ended.MADE;
  }

  private void change(int index) {
    SimNode node = cluster.node(index);
    if (kind == Kind.BEFORE_LOSSES) {
      node.loseDisk(true);
      node.start();
      cluster.operator().readmit(node);
      await(() -> cluster.isReady() && topology.isDone(), CHANGED_MAX);
      return;
    }
    SimNode next = cluster.node(MEMBERS + index);
    next.invite(Joining.AS_SPARE);
    await(() -> isMember(next) && next.isReady(), CHANGED_MAX);
    decide(
        new Command.ReplaceNode(
            Objects.requireNonNull(node.knownId()), Objects.requireNonNull(next.knownId())));
    await(() -> !isMember(node) && !node.isPresent() && topology.isDone(), CHANGED_MAX);
  }

  private boolean isMember(SimNode node) {
    ClusterState state = topology.newest();
    return state != null && node.knownId() != null && state.members().containsKey(node.knownId());
  }

  private void next(Client client) {
    world.schedule(
        random.exponential(4_000_000L) + 1,
        "session",
        () -> {
          if (!healed) {
            operate(client);
          }
        });
  }

  private void operate(Client client) {
    SimNode node = random.pick(cluster.nodes());
    Placements known = node.placements();
    if (!node.isUp() || node.isPaused() || known == null) {
      next(client);
      return;
    }
    Name name = new Name(TENANT, "k" + random.nextInt(KEYS));
    int number = ++client.operations;
    Runnable ended =
        () -> {
          if (number == client.operations) {
            next(client);
          }
        };
    if (random.chance(0.35)) {
      read(client.session, node, known, name, ended);
    } else {
      write(client.session, node, known, name, ended);
    }
    world.schedule(
        ANSWER_MAX.toNanos() * 2,
        "given up",
        () -> {
          if (number == client.operations) {
            client.operations++;
            next(client);
          }
        });
  }

  private void write(Session session, SimNode node, Placements known, Name name, Runnable ended) {
    BackupWrite write = checker.puts(session, name);
    submit(
        node,
        known,
        new Operation.Put(
            TENANT,
            name.key().getBytes(UTF_8),
            write.value().getBytes(UTF_8),
            null,
            0,
            RequestId.NONE,
            null,
            session.aboveHlc()),
        outcome -> {
          if (outcome instanceof Outcome.Written written) {
            checker.acknowledged(session, write, written.version(), world.nowNanos());
          }
          ended.run();
        });
  }

  private void read(Session session, SimNode node, Placements known, Name name, Runnable ended) {
    submit(
        node,
        known,
        new Operation.Get(TENANT, name.key().getBytes(UTF_8), Level.QUORUM),
        outcome -> {
          if (outcome instanceof Outcome.Read read && read.live() != null) {
            look();
            checker.read(
                session,
                name,
                read.live().version(),
                new String(read.live().copyValue(), UTF_8),
                world.nowNanos());
          }
          ended.run();
        });
  }

  /** Takes note of whether the cut is sealed. */
  private void look() {
    for (SimNode each : cluster.present()) {
      Placements known = each.placements();
      if (known != null) {
        checker.knows(known.cut());
      }
    }
  }

  private interface Ends {
    void ended(Outcome outcome);
  }

  private static void submit(SimNode node, Placements known, Operation operation, Ends ends) {
    ClientRequest request =
        Objects.requireNonNull(
            ClientRequest.of(known, operation, node.clock().nanos() + ANSWER_MAX.toNanos()));
    node.onCoordinator(coordinator -> coordinator.submit(request, ends::ended));
  }

  private void trouble() {
    if (calm) {
      return;
    }
    SimNode node = random.pick(cluster.nodes());
    long millis = random.between(20, 500);
    int kind = random.nextInt(10);
    if (kind < 3 && node.isUp() && !node.isPaused()) {
      node.pause();
      world.schedule(millis * 1_000_000, "resumes", () -> resume(node));
    } else if (kind < 4 && cluster.nodes().stream().allMatch(SimNode::isUp)) {
      node.crashLosingUnsynced();
      world.schedule(millis * 1_000_000, "starts", () -> start(node));
    }
    world.schedule(random.exponential(150_000_000L) + 1, "trouble", this::trouble);
  }

  private static void resume(SimNode node) {
    if (node.isUp() && node.isPaused()) {
      node.resume();
    }
  }

  private static void start(SimNode node) {
    if (!node.isUp()) {
      node.start();
    }
  }

  private void heal() {
    calm = true;
    healed = true;
    cluster.present().forEach(CutRun::resume);
    cluster.present().forEach(CutRun::start);
    await(cluster::isReady, READY_MAX);
  }

  /**
   * The newest cut, sealed or ended, as a node knows it.
   *
   * @param of its moment; null for any
   */
  private Cut make(@Nullable Long of) {
    SimNode node = random.pick(cluster.present());
    long lead = random.pick(List.of(5L, 100L, 1_000L));
    long time = Hlc.of(node.clock().wallMillis() + lead, 0);
    if (of != null) {
      decide(new Command.BeginPastCut(new TreeSet<>(Set.of(TENANT)), of));
    } else if (ofPast) {
      long ago = random.pick(List.of(0L, 20L, 300L, 1_500L));
      long moment = Hlc.of(node.clock().wallMillis() - ago, 0xFFFF);
      decide(new Command.BeginPastCut(new TreeSet<>(Set.of(TENANT)), moment));
    } else {
      decide(new Command.BeginCut(new TreeSet<>(Set.of(TENANT)), time));
    }
    if (!world.runUntil(() -> made() != null, TROUBLE_MAX)) {
      calm = true;
      await(() -> made() != null, CUT_MAX);
    }
    return Objects.requireNonNull(made());
  }

  private @Nullable Cut made() {
    for (SimNode each : cluster.present()) {
      Placements known = each.placements();
      if (known != null && known.cut().id() > 0 && !known.cut().isPending()) {
        return known.cut();
      }
    }
    return null;
  }

  private void decide(Command command) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
      SimNode node = random.pick(cluster.nodes());
      if (node.isUp() && !node.isPaused()) {
        node.onMetadata(
            (group, nowNanos) -> group.propose(command, nowNanos + 2_000_000_000L, outcome::set));
        if (world.runUntil(() -> outcome.get() != null, Duration.ofSeconds(3))
            && outcome.get() instanceof CommandOutcome.Decided) {
          return; // a second attempt is refused if the first one had gone through
        }
      }
      world.runFor(Duration.ofMillis(100));
    }
    throw new AssertionError("not decided: " + command);
  }

  /** All that is in the cut; null if too few images are left. */
  private @Nullable List<Item> read(Cut cut) {
    List<Item> all = new ArrayList<>();
    for (int partition = 0; partition < SimCluster.PARTITIONS; partition++) {
      byte[] after = {};
      while (after != null) {
        Page page = page(cut, partition, after);
        if (page == null) {
          return null;
        }
        all.addAll(page.items());
        after = page.next();
      }
    }
    return all;
  }

  private record Page(List<Item> items, byte @Nullable [] next) {}

  private @Nullable Page page(Cut cut, int partition, byte[] after) {
    for (int attempt = 0; attempt < 5; attempt++) {
      AtomicReference<@Nullable Page> answer = new AtomicReference<>();
      AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
      SimNode node = random.pick(cluster.present());
      Tenant tenant = Objects.requireNonNull(BackupOf.tenant(node, TENANT));
      node.onCoordinator(
          coordinator ->
              coordinator
                  .backups()
                  .read(
                      tenant,
                      BackupPlane.Part.of(partition, after, cut.id()),
                      node.clock().nanos() + ANSWER_MAX.toNanos(),
                      new BackupPlane.PageCallback() {
                        @Override
                        public void page(
                            List<Item> items, byte @Nullable [] next, boolean potentiallyStale) {
                          answer.set(new Page(items, next));
                        }

                        @Override
                        public void failed(Failure why) {
                          failure.set(why);
                        }
                      }));
      world.runUntil(
          () -> answer.get() != null || failure.get() != null, ANSWER_MAX.multipliedBy(2));
      if (answer.get() != null) {
        return answer.get();
      }
      world.runFor(Duration.ofMillis(200));
    }
    return null;
  }

  private void check(Cut cut, List<Item> items) {
    List<Shown> shown = new ArrayList<>();
    for (Item item : items) {
      shown.add(
          new Shown(
              new Name(TENANT, new String(item.key(), UTF_8)),
              item.record().version(),
              new String(item.record().copyValue(), UTF_8),
              item.record().expiresAtMillis()));
    }
    checker.checkMoment(cut, Set.of(TENANT), shown);
  }

  private void await(BooleanSupplier what, Duration max) {
    if (!world.runUntil(what, max)) {
      throw new AssertionError("it did not come to that in " + max);
    }
  }
}
