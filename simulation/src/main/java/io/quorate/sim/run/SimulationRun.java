package io.quorate.sim.run;

import io.quorate.cluster.Command.CreateTenant;
import io.quorate.model.Invariant;
import io.quorate.model.Releases;
import io.quorate.placement.Placements;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.backup.SimBackups;
import io.quorate.sim.backup.SimRestores;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.check.PurgeTimeChecker;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimTopology;
import io.quorate.sim.cluster.Windows;
import io.quorate.sim.fault.Faults;
import io.quorate.sim.fault.Swarm;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import io.quorate.sim.workload.TenantsThatGo;
import io.quorate.sim.workload.WorkloadShape;
import io.quorate.sim.workload.Workloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run: first safety, clients at work while things go wrong; then liveness, everything healed,
 * and all replicas must come to hold the same: in some runs every key is read at ALL before, in the
 * others nothing is, and they find out by themselves.
 */
public final class SimulationRun {
  /** How long a forming cluster may take to have unsynced writes, before a node crashes. */
  private static final Duration FORMING_MAX = Duration.ofMillis(400);

  /** Until a cluster has formed, or has found itself again. */
  private static final Duration READY_MAX = Duration.ofSeconds(15);

  /** Until all nodes have heard each other and nothing of the chaos is under way any more. */
  private static final Duration SETTLE = Duration.ofSeconds(6);

  /** Until all changes of the topology have come to their end. */
  private static final Duration CHANGED_MAX = Duration.ofSeconds(90);

  /** What others do beside restores: little, for those take long enough. */
  private static final String BESIDE_RESTORES = "single calls";

  /** How often some writes beside restores are acknowledged by one replica. */
  private static final double AT_ONE = 0.7;

  /** Until a backup is made, or it is known that none will be. */
  private static final Duration BACKUP_MAX = Duration.ofSeconds(30);

  /** The first may find one that was begun before, and that its operator had given up. */
  private static final int BACKUP_ATTEMPTS_MAX = 6;

  /** Until a restore has ended, one way or the other. */
  private static final Duration RESTORE_MAX = Duration.ofSeconds(40);

  /** Partitions may be given other epochs while a tenant is looked at. */
  private static final int RESTORES_MAX = 4;

  private static final Duration CHANGING = Duration.ofSeconds(4);

  /** Machines that may be taken into the cluster. */
  private static final int MACHINES_BESIDE = 2;

  /** How often it is looked whether replicas have healed, and how often at most. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(333);

  private static final int LOOKS_MAX = 60;

  /** How often disks give few records at a time, and how many. */
  private static final double SHORT_PAGES = 0.5;

  private static final List<Integer> PAGES = List.of(1, 1, 2, 3, 5);

  /** How often tenants are given other replication factors beside. */
  private static final double ALTERS_TENANTS = 0.5;

  /** Clients of tenants that come and go. */
  private static final int OF_TENANTS_THAT_GO = 4;

  private final SimWorld world;
  private final Scope scope;

  /** Regions in which nodes stand; null if all stand in one. */
  private final @Nullable Regional regional;

  private final Swarm swarm;
  private final WorkloadShape shape;

  /** Whether some writes beside restores are acknowledged by one replica, and no disk is lost. */
  private final boolean atOne;

  private final SimCluster cluster;
  private final Tenant tenant;
  private final List<Tenant> others;

  SimulationRun(SimWorld world, RunSpec spec) {
    this.world = world;
    this.scope = spec.scope();
    Sabotage sabotage = spec.sabotage().get();
    this.regional = scope == Scope.REGIONS ? Regional.draw(world) : null;
    this.atOne = scope == Scope.RESTORES && world.random("at one").chance(AT_ONE);
    this.swarm =
        regional != null
            ? regional.swarm()
            : scope == Scope.LIARS
                ? Swarm.drawOfLiars(world.random("swarm"))
                : scope == Scope.BACKUPS
                    ? Swarm.drawOfBackups(world.random("swarm"))
                    : scope == Scope.RESTORES
                        ? ofRestores(atOne)
                        : scope == Scope.TENANTS
                            ? Swarm.draw(world.random("swarm")).withoutUpgrades()
                            : Swarm.draw(world.random("swarm"));
    WorkloadShape drawn =
        regional == null ? WorkloadShape.draw(world.random("workload")) : regional.shape();
    this.shape =
        spec.workload() != null
            ? drawn.only(spec.workload())
            : scope == Scope.RESTORES ? drawn.only(BESIDE_RESTORES) : drawn;
    int replicas = scope == Scope.DATA_PLANE ? swarm.replicas() : 3;
    this.tenant =
        regional != null
            ? regional.tenant()
            : new Tenant(
                1,
                Tenant.DEFAULT_NAME,
                replicas,
                TenantSettings.NONE.with(
                    TenantSetting.READ_REPAIR,
                    scope == Scope.DATA_PLANE
                        ? DrawnTenants.anyReadRepair(world.random("read repair"))
                        : ReadRepair.BLOCKING));
    boolean disksGo = scope != Scope.DATA_PLANE && swarm.losesDisks();
    this.others = new ArrayList<>();
    if (shape.clients().containsKey("other tenants")) {
      others.addAll(DrawnTenants.draw(world.random("tenants"), swarm.nodes(), disksGo));
    }
    if (shape.clients().containsKey("once") && (scope == Scope.DATA_PLANE || !swarm.upgrades())) {
      others.add(DrawnTenants.once(world.random("once"), swarm.nodes()));
    }
    if (shape.clients().containsKey("siblings")
        && (scope == Scope.DATA_PLANE || !swarm.upgrades())) {
      others.add(DrawnTenants.siblings(world.random("siblings"), swarm.nodes()));
    }
    if (shape.clients().containsKey("fields") && (scope == Scope.DATA_PLANE || !swarm.upgrades())) {
      others.add(DrawnTenants.fields(world.random("fields"), swarm.nodes()));
    }
    if ((shape.clients().containsKey("registers") || shape.clients().containsKey("fenced"))
        && (scope == Scope.DATA_PLANE || !swarm.upgrades())) {
      SimRandom random = world.random("registers");
      others.add(
          regional == null
              ? DrawnTenants.registers(random, swarm.nodes())
              : regional.registers(random));
    }
    if (shape.clients().containsKey("locked") && (scope == Scope.DATA_PLANE || !swarm.upgrades())) {
      others.add(DrawnTenants.locked(world.random("locked"), swarm.nodes()));
    }
    int beside = scope.changesTopology() ? MACHINES_BESIDE : 0;
    this.cluster =
        new SimCluster(
            world,
            swarm.nodes(),
            beside,
            regional == null ? null : regional.layout(),
            tenant,
            programs(sabotage),
            sabotage);
    if (scope == Scope.DATA_PLANE) {
      cluster.runsDataPlaneAlone();
      others.forEach(cluster::beside);
    } else {
      cluster.checker().also(new PurgeTimeChecker(cluster::shownMillis));
      if (swarm.upgrades()) {
        cluster.beginWithTheEarlierRelease(world.random("releases"));
      }
    }
    world.note("run", () -> swarm + " " + shape);
  }

  private Swarm ofRestores(boolean withoutLosses) {
    Swarm drawn = Swarm.drawOfRestores(world.random("swarm"));
    return withoutLosses ? drawn.withoutLosses() : drawn;
  }

  /** As it is before anything goes wrong, so that their ids are known. */
  private void createOthers() {
    if (scope == Scope.DATA_PLANE) {
      return; // they are there from the start
    }
    for (Tenant drawn : others) {
      cluster.operator().create(DrawnTenants.creating(drawn));
      if (!world.runUntil(() -> cluster.operator().isKnown(drawn.name()), READY_MAX)) {
        throw new StillWrong("liveness", "no tenant could be created, though all is well");
      }
      Placements placements = Objects.requireNonNull(cluster.node(0).placements());
      cluster.beside(Objects.requireNonNull(placements.tenant(drawn.name())));
    }
  }

  private Program.Factory programs(Sabotage sabotage) {
    DrawnLimits limits = new DrawnLimits(world, scope);
    if (scope == Scope.DATA_PLANE) {
      Placements placements =
          FixedPlacements.and(FixedPlacements.of(swarm.nodes(), swarm.replicas()), tenant);
      for (Tenant other : others) {
        placements = FixedPlacements.and(placements, other);
      }
      return ReplicationProgram.factory(
          placements, limits.coordinator(), limits.admission(), sabotage.leftOut());
    }
    List<String> seeds = new ArrayList<>();
    for (int i = 0; i < swarm.nodes(); i++) {
      seeds.add(SimNode.address(i));
    }
    return WholeNode.factory(
        seeds,
        limits.coordinator(),
        limits.admission(),
        regional == null ? WholeNode.Site.ONE : regional.site(),
        sabotage);
  }

  /**
   * Draws page sizes of disks. In some runs they are so short that every read takes several pages,
   * with other events in between; and they differ by node, so that one page reaches further than
   * another.
   */
  private void drawPages() {
    SimRandom random = world.random("pages");
    if (random.chance(SHORT_PAGES)) {
      cluster.windows().enter("short pages");
      cluster.nodes().forEach(node -> node.disk().pagesOf(random.pick(PAGES)));
    }
  }

  public Windows windows() {
    return cluster.windows();
  }

  public void go() {
    boolean altersTenants =
        scope == Scope.TOPOLOGY && world.random("factors").chance(ALTERS_TENANTS);
    if (altersTenants) {
      cluster.altersTenants();
    }
    if (swarm.fromTheStart()) {
      cluster.windows().enter("faults from the start");
    } else {
      become();
      createOthers();
    }
    var topology = new SimTopology(cluster);
    boolean changes = changesTopology(topology);
    SimBackups backups = backups(changes);
    SimRestores restores = restores(changes);
    if (regional != null) {
      regional.begin(cluster, topology, READY_MAX);
    }
    cluster.network().setConditions(swarm.links());
    cluster.nodes().forEach(node -> node.disk().speed(swarm.disk()));
    drawPages();
    var faults = new Faults(cluster, swarm);
    var workload = new Workloads(cluster, shape);
    if (altersTenants) {
      topology.alterTenants();
    }
    faults.start();
    cluster.startAll();
    workload.start();
    if (scope == Scope.TENANTS || scope == Scope.BACKUPS) {
      workload.startBeside(TenantsThatGo.NAME, new TenantsThatGo(), OF_TENANTS_THAT_GO);
    }
    if (backups != null) {
      backups.start();
    }
    if (restores != null) {
      restores.start();
    }
    if (changes) {
      topology.start();
    }
    world.runFor(Duration.ofMillis(swarm.lastMillis()));
    if (changes) {
      world.runFor(CHANGING); // what is begun takes longer than a read
    }
    faults.stop();
    workload.stop();
    topology.stop();
    if (backups != null) {
      backups.stop();
    }
    if (restores != null) {
      restores.stop();
    }
    if (regional != null) {
      regional.heal(cluster);
    }
    if (scope == Scope.LIARS) {
      new AfterTheLiar(cluster).decide();
    } else {
      cluster.heal();
    }
    if (!world.runUntil(workload::isDone, SETTLE)) {
      throw new StillWrong(
          "liveness", "clients are still waiting, " + SETTLE + " after all was healed");
    }
    if (scope.changesTopology() && !world.runUntil(topology::isDone, CHANGED_MAX)) {
      throw new StillWrong(
          "liveness",
          "changes are not at their end, %s after all was healed: %s"
              .formatted(CHANGED_MAX, topology.undone()));
    }
    awaitReady();
    if (scope != Scope.DATA_PLANE && swarm.upgrades()) {
      endUpgrade();
    }
    world.runFor(SETTLE);
    if (backups != null) {
      takeOneMore(backups);
    }
    if (restores != null) {
      restoreOnceMore(restores);
    }
    cluster.checker().allEnded(attempt -> false);
    if (world.random("healing").chance(0.5)) {
      new ReadSweep(cluster, shape).read();
    } else {
      cluster.windows().enter("healed without being read");
    }
    world.runFor(SETTLE);
    workload.rest();
    if (regional != null) {
      regional.end(cluster);
    }
    awaitRest();
    if (restores != null) {
      restores.checkAtRest();
    }
    countTraffic();
  }

  /** Who takes backups, of tenants that are there by now; null where none are taken. */
  private @Nullable SimBackups backups(boolean changes) {
    if (scope != Scope.BACKUPS) {
      return null;
    }
    SimBackups backups = new SimBackups(cluster, changes);
    backups.tenants().forEach(this::create);
    return backups;
  }

  /** Who restores, into tenants that are there by now; null where none are restored. */
  private @Nullable SimRestores restores(boolean changes) {
    if (scope != Scope.RESTORES) {
      return null;
    }
    SimRestores restores = new SimRestores(cluster, atOne, changes);
    restores.tenants().forEach(this::create);
    return restores;
  }

  private void create(CreateTenant tenant) {
    cluster.operator().create(tenant);
    if (!world.runUntil(() -> cluster.operator().isKnown(tenant.name()), READY_MAX)) {
      throw new StillWrong("liveness", "no tenant could be created, though all is well");
    }
  }

  /**
   * Backups and restores come about when nothing moves, so in half of their runs nothing ever does.
   */
  private boolean changesTopology(SimTopology topology) {
    if (scope != Scope.BACKUPS && scope != Scope.RESTORES) {
      return scope.changesTopology();
    }
    topology.calm();
    return world.random("changes").chance(0.5);
  }

  /** Nothing is in the way of a restore any more, whatever was stopped before. */
  private void restoreOnceMore(SimRestores restores) {
    List<Long> before = restores.restored();
    for (int i = 0; i < RESTORES_MAX; i++) {
      if (!world.runUntil(restores::isDone, RESTORE_MAX)) {
        throw new StillWrong("liveness", "a restore has no end, though all is well");
      }
      restores.oneMore(before);
      boolean unused = world.runUntil(restores::isDone, RESTORE_MAX);
    }
    for (int i = 0; i < before.size(); i++) {
      if (restores.restored().get(i).equals(before.get(i))) {
        throw new StillWrong("liveness", "nothing can be restored, though all is well");
      }
    }
  }

  /** Nothing is in the way of a backup any more, so one is made, with all that ever was written. */
  private void takeOneMore(SimBackups backups) {
    for (SimBackups.Kind kind : SimBackups.Kind.values()) {
      long made = backups.made();
      for (int i = 0; i < BACKUP_ATTEMPTS_MAX && backups.made() == made; i++) {
        if (!world.runUntil(backups::isFree, BACKUP_MAX)) {
          throw new StillWrong("liveness", kind + ": a cut is still made, though all is well");
        }
        backups.begin(kind);
        boolean unused = world.runUntil(backups::isDone, BACKUP_MAX);
        world.runFor(LOOK_EVERY);
      }
      // Of the past there may be no history.
      if (kind != SimBackups.Kind.PAST && backups.made() == made) {
        throw new StillWrong("liveness", kind + ": no backup can be made, though all is well");
      }
    }
  }

  /**
   * All nodes are upgraded to the later release, and the version is raised. One node goes back to
   * the earlier release during that decision, and one after it: each can take part again only with
   * the later release.
   */
  private void endUpgrade() {
    SimRandom random = world.random("end of the upgrade");
    cluster.present().forEach(node -> node.restartWith(Releases.THIS));
    awaitReady();
    SimNode back = random.pick(cluster.present());
    if (random.chance(0.5)) {
      back.restartWith(Releases.BEFORE);
      // The node has not announced its release to the cluster yet.
      boolean unused = world.runUntil(() -> back.metadata() != null, READY_MAX);
      cluster.operator().raiseClusterVersion();
    } else {
      cluster.operator().raiseClusterVersion();
      world.runFor(Duration.ofNanos(random.between(0, 30_000_000)));
      back.restartWith(Releases.BEFORE);
    }
    for (int look = 0; !cluster.isUpgraded(); look++) {
      if (look == LOOKS_MAX) {
        throw new StillWrong("liveness", "the version of the cluster is not raised");
      }
      world.runFor(LOOK_EVERY);
      for (SimNode node : cluster.present()) {
        if (node.isReady() && node.release().equals(Releases.BEFORE)) {
          node.restartWith(Releases.THIS); // it came back before the version was raised
        }
      }
      cluster.operator().raiseClusterVersion();
    }
    random.pick(cluster.present()).restartWith(Releases.BEFORE);
    awaitReady();
    Invariant.hold(
        cluster.present().stream().allMatch(node -> node.release().equals(Releases.THIS)),
        "a node takes part with a release that the cluster is past");
  }

  /** The nodes start, in any order, and some die while they become a cluster. */
  private void become() {
    if (scope != Scope.DATA_PLANE && swarm.crashesWhileForming()) {
      SimRandom random = world.random("becoming");
      for (int i = 0; i < 2 * swarm.nodes(); i++) {
        SimNode node = cluster.node(random.nextInt(swarm.nodes()));
        if (node.isUp()) {
          if (random.chance(0.3)) { // in the middle of what must be saved in the right order
            boolean unused = world.runUntil(node::hasUnsynced, FORMING_MAX);
          }
          node.crash();
          cluster.windows().enter("crash while a cluster forms");
        } else {
          node.start();
        }
        world.runFor(Duration.ofNanos(random.exponential(100_000_000)));
      }
    }
    cluster.startAll();
    awaitReady();
    world.runFor(Duration.ofMillis(500));
  }

  private void awaitReady() {
    boolean ready = world.runUntil(cluster::isReady, READY_MAX);
    long clusters =
        cluster.nodes().stream().map(SimNode::cluster).filter(Objects::nonNull).distinct().count();
    if (clusters > 1) {
      throw new StillWrong("one cluster", clusters + " clusters were formed of one list of seeds");
    }
    if (!ready) {
      throw new StillWrong(
          "liveness", "not all nodes are ready, " + READY_MAX + " after all is well");
    }
  }

  /** Replicas find by themselves what they lack; what is still wrong in the end is reported. */
  private void awaitRest() {
    for (int look = 0; look < LOOKS_MAX; look++) {
      try {
        cluster.checkAtRest();
        return;
      } catch (PromiseBroken notYet) {
        world.runFor(LOOK_EVERY);
      }
    }
    cluster.checkAtRest();
  }

  private void countTraffic() {
    Windows windows = cluster.windows();
    windows.enter("frame delivered", cluster.network().traffic().delivered());
    windows.enter("frame lost", cluster.network().traffic().lost());
    windows.enter("frame delivered twice", cluster.network().traffic().duplicated());
    windows.enter("frame held back", cluster.network().traffic().held());
    windows.enter("frame scattered", cluster.network().traffic().scattered());
    windows.enter("call succeeded", cluster.checker().acknowledged());
    windows.enter("call refused", cluster.checker().refused());
    windows.enter("call of unknown outcome", cluster.checker().unknown());
    windows.enter("event", world.events());
  }
}
